"""Django's entry for the subsystem `example`."""

from django.apps import AppConfig


class ExampleConfig(AppConfig):
    name = "linli.subsystems.example"
    label = "example"
    default_auto_field = "django.db.models.BigAutoField"
