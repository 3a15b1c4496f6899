"""Django's entry for the core area `registry`."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.core.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
