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
        from linli.core.desk.public import when_ended
        from linli.core.inbox.notices import tell_of_work
        from linli.core.inbox.verifying import close_settled
        from linli.core.ledger.public import when_settled
        from linli.core.platform.public import message_template

        when_settled(close_settled)
        when_ended(tell_of_work)
        message_template(
            "inbox.notices",
            gettext_lazy("New notices in linli"),
            gettext_lazy("%(count)s new notices wait for you in linli. Sign in and open the bell to read them."),
        )
