"""Django's entry for the department `admission`."""

from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    name = "linli.subsystems.admission"
    label = "admission"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells core/forms on what occasion sheets of campaigns are filled in."""
        from linli.core.forms.public import register_occasion_kind
        from linli.subsystems.admission.campaigns.filling import OCCASIONS

        for kind in OCCASIONS:
            register_occasion_kind(kind)
