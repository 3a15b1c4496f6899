"""What a city needs of accounts: the people, and a way in which they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.public import User, look_at_people, people_there, within, without_password
from linli.core.platform.public import Lack, SetupStep, reaches_people


def sign_in_there(access: Any) -> str:
    """Where people sign in."""
    del access
    mail = _("mail is sent") if reaches_people("mail") else _("no mail is sent")
    return f"{settings.LINLI_PUBLIC_URL}{reverse('sign-in')} · {mail}"


def look_at_sign_in(access: Any) -> Iterator[Lack]:
    """Accounts that nobody can sign in with yet, since no password was set."""
    rows = without_password(User.objects.filter(is_active=True, unit__area_id__in=within(access, "access.delegate")))
    if count := rows.count():
        said = ngettext(
            "%s account has no password yet: hand the person a link.", "%s accounts have no password yet: hand these people links.", count
        )  # fmt: skip
        yield Lack(said % count, False, f"{reverse('people')}?never=1")


STEPS = (
    SetupStep(
        code="people",
        titles={"zh-hans": "人员与角色", "en": "People and roles"},
        explained={
            "zh-hans": "每个人的账号、所在机构和角色。角色决定能做哪一步，区域决定在哪里能做。",
            "en": "An account for each person, with unit and roles. The role says which step somebody takes, the area where.",
        },
        order=30, there=people_there, look=look_at_people, permission="access.delegate", page="people", imports=("people",), examples=("people.csv",),
    ),
    SetupStep(
        code="sign_in",
        titles={"zh-hans": "登录", "en": "Sign-in"},
        explained={
            "zh-hans": "每个人用链接设置自己的密码：有邮箱的发邮件，没有的当面转交。",
            "en": "Everybody sets their own password by a link: sent by mail, or handed over.",
        },
        order=85, there=sign_in_there, look=look_at_sign_in, permission="access.delegate", page="people", typed=("linli users link USERNAME",),
    ),
)  # fmt: skip
