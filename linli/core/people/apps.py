"""Django's entry for the core area `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linli.core.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, and what is bound to the audit chain."""
        import linli.core.people.tasks  # noqa: F401 - registers the jobs
        from linli.core.people.revealing import SUBJECT, reveal_digests
        from linli.core.people.selectors import key_gauges
        from linli.core.people.services import CONSENT, consent_digests
        from linli.core.platform.public import register_gauges, register_subject

        register_gauges(key_gauges)
        register_subject(SUBJECT, reveal_digests)
        register_subject(CONSENT, consent_digests)
