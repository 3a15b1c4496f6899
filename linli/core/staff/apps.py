"""Django's entry for the core area `staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "linli.core.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribes to versions of grids, and says what the bell tells of them."""
        import linli.core.staff.tasks  # noqa: F401 - subscribes
        from linli.core.desk.public import long_work
        from linli.core.staff.bell import GRID_POST

        long_work(GRID_POST)
