"""Django's entry for the subsystem `resources`."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "linli.subsystems.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"
