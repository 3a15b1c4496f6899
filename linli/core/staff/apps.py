"""Django's entry for the core area `staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "linli.core.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"
