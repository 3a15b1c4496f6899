"""Django's entry for the core area `cases`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "linli.core.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers jobs, gauges, what keeps the search, and the rows bound to the audit chain: timelines, and what decides how long somebody has."""
        import linli.core.cases.tasks  # noqa: F401 - registers the jobs
        from linli.core.cases.catalogue_models import DECIDING
        from linli.core.cases.search_index import keep_search_index
        from linli.core.cases.timeline import SUBJECT, event_digests
        from linli.core.cases.trail import state_findings
        from linli.core.cases.unattended import unattended_gauges
        from linli.core.platform.public import register_gauges, register_standing, register_subject

        post_migrate.connect(keep_search_index, sender=self)
        register_gauges(unattended_gauges)
        register_subject(SUBJECT, event_digests, state_findings)
        for model, *columns in DECIDING:
            register_standing(model, *columns, whole=True)
