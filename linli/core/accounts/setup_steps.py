"""What a city needs of accounts: the people, and a way in which they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.public import User, lacking_factor, look_at_people, people_there, within, without_password
from linli.core.platform.public import CityCheck, Lack, SetupStep, first_of, reaches_people


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


def look_at_factors(access: Any) -> Iterator[Lack]:
    """People whose role asks for a second factor and whose days for it are over: they can do nothing else."""
    people = User.objects.filter(unit__area_id__in=within(access, "access.delegate"))
    late = list(lacking_factor(people, late=True).order_by("id").values_list("display_name", flat=True))
    if late:
        said = ngettext(
            "%(n)s person must have a second factor and has none: %(names)s.", "%(n)s people must have a second factor and have none: %(names)s.", len(late)
        )  # fmt: skip
        yield Lack(said % {"n": len(late), "names": first_of(late)}, False, f"{reverse('people')}?no_factor=1")


CHECKS = (
    CityCheck(
        code="second_factors", titles={"zh-hans": "两步验证", "en": "Second factors"}, look=look_at_factors, order=610
    ),
)
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
        order=85, there=sign_in_there, look=look_at_sign_in, permission="access.delegate", page="people", query="?never=1",
        tables=("second_factors",), typed=("linli users link USERNAME",),
    ),
)  # fmt: skip
