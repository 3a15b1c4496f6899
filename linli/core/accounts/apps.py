"""Django's entry for the core area `accounts`: pages on which people sign in, and on which rights are given."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "linli.core.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
