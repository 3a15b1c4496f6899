"""Django's entry for the core area `cases`."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "linli.core.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
