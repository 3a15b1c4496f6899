"""Django's entry for the core area `areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "linli.core.areas"
    label = "areas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Binds the tree into the audit trail: who has rights over an area has them over all that lies in it."""
        from linli.core.areas.models import Area
        from linli.core.platform.public import register_standing

        columns = ("code", "code_system", "level", "parent_id", "valid_from", "valid_to")
        register_standing(Area, *columns, whole=True)
