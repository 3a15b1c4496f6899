"""Django's entry for the core area `inbox`."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "linli.core.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs of telling people, and the text of the letter."""
        from django.utils.translation import gettext_lazy

        import linli.core.inbox.tasks  # noqa: F401 - registers the jobs
        from linli.core.platform.public import message_template

        message_template(
            "inbox.notices",
            gettext_lazy("New notices in linli"),
            gettext_lazy("%(count)s new notices wait for you in linli. Sign in and open the bell to read them."),
        )
