"""Django's entry for the core area `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "linli.core.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the texts of the mails about passwords and rights, and the job that sends reset links."""
        import linli.core.access.letters  # noqa: F401 - registers them
