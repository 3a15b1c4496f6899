"""Django's entry for the core area `grids`."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "linli.core.grids"
    label = "grids"
    default_auto_field = "django.db.models.BigAutoField"
