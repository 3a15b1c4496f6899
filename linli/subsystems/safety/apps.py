"""Django's entry for the department `safety`."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "linli.subsystems.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Says on what occasion checklists are filled in."""
        from linli.core.forms.public import register_occasion_kind
        from linli.subsystems.safety.inspections.filling import OF_INSPECTION

        register_occasion_kind(OF_INSPECTION)
