"""Django's entry for the subsystem `division`."""

from django.apps import AppConfig


class DivisionConfig(AppConfig):
    name = "linli.subsystems.division"
    label = "division"
    default_auto_field = "django.db.models.BigAutoField"
