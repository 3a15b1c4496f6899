"""Django's entry for the core area `staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "linli.core.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribes to versions of grids that begin."""
        import linli.core.staff.tasks  # noqa: F401 - subscribes
