"""Django's entry for the subsystem `patrol`."""

from django.apps import AppConfig


class PatrolConfig(AppConfig):
    name = "linli.subsystems.patrol"
    label = "patrol"
    default_auto_field = "django.db.models.BigAutoField"
