"""Django's entry for the core area `registry`."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.core.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers compounds as what answers of forms may be about."""
        from linli.core.forms.public import register_subject_kind
        from linli.core.registry.subjects import COMPOUNDS

        register_subject_kind(COMPOUNDS)
