"""The templates of Django's forms under another label than theirs, which the core area `forms` has."""

from django.apps import AppConfig


class DjangoForms(AppConfig):
    """Django's forms, whose app this is by another label."""

    name = "django.forms"
    label = "django_forms"
