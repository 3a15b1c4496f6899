"""Django's entry for the core area `configuration`."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    name = "linli.core.configuration"
    label = "configuration"
    default_auto_field = "django.db.models.BigAutoField"
