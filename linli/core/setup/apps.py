"""Django's entry for the core area `setup`: what a city needs before it can work, and what is wrong in one that runs."""

from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "linli.core.setup"
    label = "setup"
    default_auto_field = "django.db.models.BigAutoField"
