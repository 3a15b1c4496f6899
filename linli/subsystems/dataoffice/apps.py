"""Django's entry for the department `dataoffice`."""

from django.apps import AppConfig


class DataofficeConfig(AppConfig):
    name = "linli.subsystems.dataoffice"
    label = "dataoffice"
    default_auto_field = "django.db.models.BigAutoField"
