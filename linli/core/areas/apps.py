"""Django's entry for the core area `areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "linli.core.areas"
    label = "areas"
    default_auto_field = "django.db.models.BigAutoField"
