"""The letters that access sends: a link for a password, and word to those who agree to rights or oversee them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.access import second_factor as factor
from linli.core.access.factor_resets import RESET_WAITS_TEMPLATE
from linli.core.access.handing_on import WAITS_TEMPLATE
from linli.core.access.oversight import (
    ALONE_TEMPLATE,
    FIRST_LINK_TEMPLATE,
    LINK_TEMPLATE,
    RESET_ALONE_TEMPLATE,
    REVEALS_TEMPLATE,
)
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
message_template(
    RESET_ALONE_TEMPLATE,
    _("A second factor was taken away by one person alone"),
    _(
        "%(by)s took away the second factor of %(name)s, whose account may see more than %(by)s may. Nobody else could have agreed. "
        "If you did not expect this, ask %(name)s."
    ),
)
message_template(
    RESET_WAITS_TEMPLATE,
    _("A reset of a second factor waits for you"),
    _(
        "%(by)s wants to take away the second factor of %(name)s, who can then sign in by password alone. It takes a second person: "
        "speak with %(name)s, then agree or refuse under “People”."
    ),
)
message_template(
    factor.SET_TEMPLATE,
    _("Your second factor is set up"),
    _(
        "%(name)s,\n\nfrom now on signing in to your account takes a code of your phone besides the password. Every device is signed out. "
        "Keep the recovery codes apart from the phone.\n\nIf it was not you, tell your administrator at once."
    ),
)
message_template(
    factor.REMOVED_TEMPLATE,
    _("Your second factor is taken away"),
    _(
        "%(name)s,\n\nyour account opens by password alone again; you took the second factor away under “My account”. "
        "If it was not you, set a new password and tell your administrator at once."
    ),
)
message_template(
    factor.RESET_TEMPLATE,
    _("Your second factor was taken away for you"),
    _(
        "%(name)s,\n\nan administrator took the second factor of your account away, so that you can sign in by password and set up a new one. "
        "If you did not ask for it, set a new password and ask who did."
    ),
)
message_template(
    factor.RECOVERY_TEMPLATE,
    _("A recovery code was used"),
    _(
        "%(name)s,\n\none of your recovery codes was used just now; %(left)s are left. Make new ones under “My account” before they run out. "
        "If it was not you, set a new password and tell your administrator at once."
    ),
)
message_template(
    factor.CODES_TEMPLATE,
    _("New recovery codes were made"),
    _(
        "%(name)s,\n\nnew recovery codes were made for your account; the ones before open nothing any more. "
        "If it was not you, set a new password and tell your administrator at once."
    ),
)
message_template(
    factor.WRONG_TEMPLATE,
    _("Somebody typed your password and wrong codes"),
    _(
        "%(name)s,\n\nsomebody signed in with your password today and then typed wrong codes several times. If it was not you, your password is "
        "known to somebody else: set a new one."
    ),
)
