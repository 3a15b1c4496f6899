"""Django's entry for the core area `cases`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "linli.core.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers jobs, gauges, what keeps the search, and the timelines that are bound to the audit chain."""
        import linli.core.cases.tasks  # noqa: F401 - registers the jobs
        from linli.core.cases.loop.trail import event_digests, state_findings
        from linli.core.cases.models import CASE_TABLES
        from linli.core.cases.reading.search_index import keep_search_index
        from linli.core.cases.reading.unattended import unattended_gauges
        from linli.core.platform.public import register_gauges, register_subject

        post_migrate.connect(keep_search_index, sender=self)
        register_gauges(unattended_gauges)
        register_subject(CASE_TABLES.subject, event_digests, state_findings)
