"""Django's entry for the core area `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "linli.core.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs of exports, and that their ends are told."""
        import linli.core.desk.tasks  # noqa: F401 - registers them
        from linli.core.desk.bell import long_work
        from linli.core.desk.exports import BELL

        long_work(BELL)
