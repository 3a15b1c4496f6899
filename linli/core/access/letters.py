"""The letters that access sends: a link for a password, and word to those who agree to rights or oversee them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.access.handing_on import WAITS_TEMPLATE
from linli.core.access.oversight import ALONE_TEMPLATE, FIRST_LINK_TEMPLATE, LINK_TEMPLATE, REVEALS_TEMPLATE
from linli.core.access.passwords import FIRST_TEMPLATE, RESET_TEMPLATE
from linli.core.platform.public import message_template

message_template(
    RESET_TEMPLATE,
    _("Set a new password"),
    _(
        "%(name)s,\n\nsomebody, probably you, asked for a new password. Set it on this page within three days; "
        "the link works once:\n\n%(link)s\n\nIf it was not you, leave this mail aside; your password stays as it is."
    ),
)
message_template(
    FIRST_TEMPLATE,
    _("Your account"),
    _(
        "%(name)s,\n\nyou have an account with the sign-in name %(username)s. Choose your password on this page within three days; "
        "the link works once:\n\n%(link)s\n\nKeep the link to yourself: whoever opens it first chooses the password."
    ),
)
message_template(
    WAITS_TEMPLATE,
    _("A right waits for you"),
    _(
        "%(by)s wants to give %(name)s the right “%(role)s” over %(area)s and does not hold it. It takes a second person: "
        "look at it under “People” and agree or refuse."
    ),
)
message_template(
    ALONE_TEMPLATE,
    _("A right was given by one person alone"),
    _(
        "%(by)s gave %(name)s the right “%(role)s” over %(area)s without holding it. Nobody else could have agreed. "
        "If you did not expect this, ask."
    ),
)
message_template(
    LINK_TEMPLATE,
    _("A password link was handed over"),
    _(
        "%(by)s made a link for a new password of %(name)s, whose account may see more than %(by)s may. "
        "If you did not expect this, ask %(name)s."
    ),
)
message_template(
    FIRST_LINK_TEMPLATE,
    _("The first link of an account was handed over"),
    _(
        "%(by)s made the first link of %(name)s, an account without a mail address, to hand it over. Whoever opens it first "
        "chooses the password. If you do not know %(name)s, ask."
    ),
)
message_template(
    REVEALS_TEMPLATE,
    _("Somebody looked at the data of many people"),
    _(
        "%(name)s has seen the data of as many people in an hour as anybody may, and is refused more until the hour is over. "
        "If you do not know why, ask %(name)s."
    ),
)
