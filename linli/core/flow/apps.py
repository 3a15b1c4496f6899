"""Django's entry for the core area `flow`."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "linli.core.flow"
    label = "flow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs of clocks, and the timelines that are bound to the audit chain."""
        import linli.core.flow.tasks  # noqa: F401 - registers the jobs
        from linli.core.flow.trail import small_digests, small_findings
        from linli.core.platform.public import register_subject

        register_subject("flow_event", small_digests, small_findings)
