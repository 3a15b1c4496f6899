"""Django's entry for the subsystem `office`."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "linli.subsystems.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
