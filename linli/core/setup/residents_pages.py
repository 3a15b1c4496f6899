"""What a city says of itself on the pages of residents: whom they call, and where the office is. Its name is that of its first area."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.platform.public import Lack, PublicPages, Setting, SetupStep, listed, parts, title_in, value_of

HOTLINE = Setting(
    code="setup.hotline",
    titles={"zh-hans": "公众电话", "en": "Telephone for residents"},
    explained={
        "zh-hans": "显示在公众页面底部，居民可以直接拨打。例如 12345。",
        "en": "It stands at the foot of the residents' pages, and a press calls it. Such as 12345.",
    },
    default="",
    most=20,
    telephone=True,
)
OFFICE = Setting(
    code="setup.office",
    titles={"zh-hans": "主办单位", "en": "Who runs the pages"},
    explained={
        "zh-hans": "显示在公众页面底部：单位名称，也可以写地址和接待时间。",
        "en": "It stands at the foot of the residents' pages: the office, perhaps with its address and hours.",
    },
    default="",
    most=80,
)


class Contact(NamedTuple):
    """How residents reach the city: who, and a telephone number; empty for what nobody has said."""

    office: str
    hotline: str


def contact() -> Contact:
    """What stands at the foot of the residents' pages. From memory."""
    return Contact(value_of(OFFICE), value_of(HOTLINE))


def there(access: Any) -> str:
    """The address of the first page, the name of the city on it, and what else residents find there."""
    del access
    root = area_tree().root()
    doors = [title_in(one.titles) for one in parts(PublicPages) if one.titles]
    said = {
        "address": f"{settings.LINLI_PUBLIC_URL}{reverse('start')}",
        "city": root.title if root else "",
        "doors": listed(doors),
    }
    return _("%(address)s · %(city)s · reports, %(doors)s") % said if root else ""


def look(access: Any) -> Iterator[Lack]:
    """No word on whom residents call."""
    del access
    if not value_of(HOTLINE):
        yield Lack(_("Residents find no telephone number on their pages."), False, f"{reverse('settings')}#setup")
    if not value_of(OFFICE):
        yield Lack(_("The residents' pages do not say who runs them."), False, f"{reverse('settings')}#setup")


PUBLIC_STEP = SetupStep(
    code="public",
    titles={"zh-hans": "公众页面", "en": "Residents' pages"},
    explained={
        "zh-hans": "居民不用账号就能打开的页面：上报、查进度，以及各业务公开的内容。页面上写明城市、主办单位和电话。",
        "en": "What residents open without account: reporting, following up, and what departments publish; with city, office and telephone.",
    },
    order=88,
    there=there,
    look=look,
    permission="settings.manage",
    page="settings",
    query="#setup",
)
