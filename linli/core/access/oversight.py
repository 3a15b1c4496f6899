"""What leaders and auditors are told of: where one person alone could make themselves eyes that they shall not have.

handing_on.py and passwords.py next door tell; letters.py has the texts, for the mail and for the home page alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.access.models import OversightNotice, Role, Scope, User
from linli.core.access.selectors import Access
from linli.core.areas.public import area_tree
from linli.core.platform.public import Actor, NotThere, Work, render_message, write

ALONE_TEMPLATE, LINK_TEMPLATE, FIRST_LINK_TEMPLATE = "right_given_alone", "password_link_given", "first_link_given"
REVEALS_TEMPLATE, RESET_ALONE_TEMPLATE = "many_reveals", "second_factor_reset_alone"
OVERSEERS = ("leader", "auditor")
MOST_SHOWN = 20


@dataclass(frozen=True)
class Notice:
    """A notice in words."""

    id: int
    title: str
    words: str
    at: datetime


def tell_overseers(work: Work, kind: str, *, about: User, by: Access, area_id: int, role: Role | None = None) -> None:
    """Tells the leaders and auditors of an area, those whom it is about aside: on their home page, and by mail where they
    have an address. What stands there already in the same words is not said twice on the page."""
    for overseer in _overseers(area_id).exclude(id__in=(about.id, by.user_id)):
        same = {
            "overseer": overseer,
            "kind": kind,
            "about": about,
            "by_id": by.user_id,
            "role": role,
            "area_id": area_id,
        }
        if not OversightNotice.objects.filter(**same, noted_at__isnull=True).exists():
            OversightNotice.objects.create(**same, at=work.now)
        if overseer.mail:
            node = area_tree().nodes.get(area_id)
            facts = _facts(about, by.display_name, role, node.name if node else "")
            key = f"{kind}:{about.id}:{work.now.isoformat()}:{overseer.id}"
            work.send("mail", overseer.mail, kind, facts, key=key, language=overseer.language, user_id=overseer.id)


def _overseers(area_id: int) -> QuerySet[User]:
    above = [node.id for node in area_tree().ancestors(area_id)]
    held = Scope.objects.filter(role__code__in=OVERSEERS, area_id__in=above, unit__isnull=True, valid_to__isnull=True)
    return User.objects.filter(id__in=held.values("user_id"), is_active=True).order_by("id")


def _facts(about: User, by: str, role: Role | None, area: str) -> dict[str, str]:
    return {"name": about.display_name, "by": by, "role": role.title if role else "", "area": area}


def notices_for(user_id: int) -> list[Notice]:
    """What an overseer has not noted yet, the oldest first, in the language of the request. One statement."""
    rows = OversightNotice.objects.filter(overseer_id=user_id, noted_at__isnull=True)
    found = []
    for row in rows.select_related("about", "by", "role", "area").order_by("id")[:MOST_SHOWN]:
        facts = _facts(row.about, row.by.display_name, row.role, row.area.title)
        title, words = render_message(row.kind, get_language() or "zh-hans", facts)
        found.append(Notice(row.id, title, words, row.at))
    return found


def note(actor: Actor, *, notice_id: int, user_id: int) -> None:
    """The overseer has noted it. Twice does nothing more. Raises NotThere for somebody else's."""
    mine = OversightNotice.objects.filter(id=notice_id, overseer_id=user_id)
    with write(actor) as work:
        row = mine.first()
        if row is None:
            raise NotThere(_("There is no such notice for you."))
        if mine.filter(noted_at__isnull=True).update(noted_at=work.now):
            facts = {"kind": row.kind, "by": row.by_id}
            work.audit(area_tree().audit_chain(row.area_id), "oversight.note", "user", row.about_id, facts)
