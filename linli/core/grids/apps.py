"""Django's entry for the core area `grids`."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "linli.core.grids"
    label = "grids"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the job that begins a version."""
        import linli.core.grids.tasks  # noqa: F401 - registers it
