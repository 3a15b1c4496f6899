"""Django's entry for the core area `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "linli.core.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
