"""What needs whoever manages accounts, as figures of the home page: each hides at nothing, and leads to the people it is about."""

from __future__ import annotations

from typing import Any

from linli.core.access.public import held_back, lacking_factor, pending_rights, users_below, waiting_resets
from linli.core.platform.public import Tile


def rights_that_wait(access: Any) -> int | None:
    """Rights that somebody else gave and that wait for a second person."""
    return pending_rights(access).exclude(asked_by_id=access.user_id).count() or None


def resets_that_wait(access: Any) -> int | None:
    """Second factors that somebody else asked to take away."""
    return waiting_resets(access).exclude(asked_by_id=access.user_id).count() or None


def without_second_factor(access: Any) -> int | None:
    """People who must have a second factor and have none."""
    return lacking_factor(users_below(access)).count() or None


def names_held_back(access: Any) -> int | None:
    """Accounts with which devices that are not known have to wait, after many wrong passwords or codes."""
    return len(held_back(users_below(access).filter(is_active=True).values_list("username", flat=True))) or None


MAY, LIST = "access.delegate", "people"
TILES = (
    Tile(
        code="rights_wait", titles={"zh-hans": "待同意权限", "en": "Rights to agree to"}, permission=MAY, url_name=LIST, count=rights_that_wait,
    ),
    Tile(
        code="resets_wait", titles={"zh-hans": "待同意解除两步验证", "en": "Second factors to take away"}, permission=MAY, url_name=LIST,
        count=resets_that_wait,
    ),
    Tile(
        code="no_factor", titles={"zh-hans": "未设两步验证", "en": "Without the second factor they need"}, permission=MAY, url_name=LIST,
        count=without_second_factor, query="no_factor=1",
    ),
    Tile(
        code="held_back", titles={"zh-hans": "登录受限账号", "en": "Accounts held back"}, permission=MAY, url_name=LIST, count=names_held_back,
        query="held_back=1", alarming=True,
    ),
)  # fmt: skip
