"""Django's entry for the core area `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "linli.core.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
