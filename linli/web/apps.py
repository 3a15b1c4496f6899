"""Django's entry for the surfaces: frames, error pages, template tags and the built front end."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "linli.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
