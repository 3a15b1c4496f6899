"""Django's entry for the core area `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "linli.core.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the text of the mail that a forgotten password asks for."""
        from django.utils.translation import gettext_lazy as _

        from linli.core.access.services import RESET_TEMPLATE
        from linli.core.platform.public import message_template

        message_template(
            RESET_TEMPLATE,
            _("Set a new password"),
            _(
                "%(name)s,\n\nsomebody, probably you, asked for a new password. Set it on this page within three days; "
                "the link works once:\n\n%(link)s\n\nIf it was not you, leave this mail aside; your password stays as it is."
            ),
        )
