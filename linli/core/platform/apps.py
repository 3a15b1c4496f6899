"""Django's entry for the core area `platform`."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "linli.core.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"
