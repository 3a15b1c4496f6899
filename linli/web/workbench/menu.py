"""Fills the frame around pages of the staff: the menu that the person's permissions open, place, search, name and roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from linli.core.access.public import Access, opens_to, role_plans
from linli.core.areas.public import area_tree
from linli.core.cases.public import OPEN_STATES, UnattendedUnit, unattended_for, waiting_count
from linli.core.configuration.public import tables_for
from linli.core.exchange.public import open_to
from linli.core.inbox.public import unread_count
from linli.core.platform.public import SECTIONS, MenuEntry, Section, Tile, listed, menu_entries, parts, title_in
from linli.core.setup.public import contact
from linli.web.frame import Alarm, Frame, MenuItem, MenuSection, menu_at

ALARM_PAGES = ("home", "people", "person")
MOST_ALARMS = 3
SECTION_TITLES = {
    "work": pgettext_lazy("menu", "Work"),
    "ground": pgettext_lazy("menu", "Ground"),
    "people": pgettext_lazy("menu", "People and settings"),
    "figures": pgettext_lazy("menu", "Figures"),
}


def fill_frame(request: HttpRequest, frame: Frame) -> Frame:
    """The frame of a signed-in person; of anybody else's only the city is known."""
    frame = replace(frame, city=_city, contact=contact)
    access: Access | None = getattr(request, "access", None)
    if access is None:
        return frame
    return replace(
        frame, home_url=reverse("home"), menu=menu_at(request.path, menu(access), reverse("home")), alarms=alarms(request, access),
        place=place_of(access), place_url=reverse("grid-board") if access.may("staff.view") else "",
        notices_url=reverse("notices"), notices_count=unread_count(access) if request.path == reverse("home") else 0,
        search_url=reverse("search"),
        search_on="map" if request.path == reverse("map") else "",
        search_words=request.GET.get("q", "") if request.path in (reverse("cases"), reverse("search")) else "",
        me=access.display_name, my_role=listed(role_titles(access)), my_url=address_of("account"), sign_out_url=address_of("sign-out"),
    )  # fmt: skip


def _city() -> str:
    root = area_tree().root()
    return root.title if root else ""


def alarms(request: HttpRequest, access: Access) -> list[Alarm]:
    """The units whose cases nobody may take on, on the pages where one begins to work; elsewhere nothing is asked."""
    at = request.resolver_match
    if at is None or at.url_name not in ALARM_PAGES:
        return []
    found = unattended_for(access)
    made = [_alarm(one, access) for one in found[:MOST_ALARMS]]
    if len(found) > MOST_ALARMS:
        made.append(Alarm(_("%s more units are in the same state.") % (len(found) - MOST_ALARMS)))
    return made


def _alarm(one: UnattendedUnit, access: Access) -> Alarm:
    words = ngettext(
        "%(cases)s case waits at %(unit)s, and no active account may take it on.",
        "%(cases)s cases wait at %(unit)s, and no active account may take them on.",
        one.cases,
    ) % {"cases": one.cases, "unit": one.title}
    if access.may("access.delegate"):
        return Alarm(words, reverse("people"), _("Give somebody the role"))
    if access.may("case.view"):
        return Alarm(
            words, f"{reverse('cases')}?unit={quote(one.code)}&state={','.join(OPEN_STATES)}", _("See the cases")
        )
    return Alarm(words)


def address_of(name: str) -> str:
    """The address of a page that this deployment may not have; empty then."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def check_addresses() -> None:
    """Raises ImproperlyConfigured for a part of a descriptor whose address does not exist: nobody would ever see it."""
    leading: tuple[MenuEntry | Tile, ...] = (*parts(MenuEntry), *parts(Tile))
    named = [(part, part.url_name) for part in leading]
    named += [(entry, name) for entry in parts(MenuEntry) for name in entry.also]
    for part, name in named:
        if not address_of(name):
            raise ImproperlyConfigured(
                f"The {part.noun} {part.key!r} leads to {name!r}, which is no address of this deployment."
            )


@dataclass(frozen=True)
class _Placed:
    """An entry with where it belongs."""

    section: Section
    order: int
    item: MenuItem


def menu(access: Access) -> tuple[MenuSection, ...]:
    """The entries that the person's permissions open, by section, in the order that their first role gives them."""
    placed = [*_of_the_core(access), *_of_departments(access)]
    found = (
        (section, tuple(one.item for one in sorted(placed, key=lambda one: one.order) if one.section == section))
        for section in sections_of(access)
    )
    return tuple(MenuSection(str(SECTION_TITLES[section]), items) for section, items in found if items)


def sections_of(access: Access) -> tuple[Section, ...]:
    """In which order the menu of this person lists its sections: as the first role says that they hold."""
    plans = role_plans()
    return next((plans[code][0].sections for code in access.roles() if code in plans), SECTIONS)


def _of_the_core(access: Access) -> Iterator[_Placed]:
    may_report = access.may("case.report")  # on a phone the camera is at hand; looking cases up is work for a desk
    yield _Placed("work", 0, MenuItem(_("Home"), reverse("home"), "home"))
    if access.may("case.view"):
        waiting = waiting_count(access)
        yield _Placed("work", 10, MenuItem(_("My queue"), reverse("queue"), "inbox", waiting or None))
        yield _Placed("work", 20, MenuItem(_("Cases"), reverse("cases"), "list", in_bar=not may_report))
        yield _Placed("work", 30, MenuItem(_("Map"), reverse("map"), "map"))
    else:
        yield _Placed("work", 10, MenuItem(_("Inbox"), reverse("inbox"), "inbox"))
    yield _Placed("work", 45, MenuItem(_("Tasks"), reverse("tasks"), "check-square"))
    if may_report:
        yield _Placed("work", 40, MenuItem(_("Report"), reverse("report"), "edit-2"))
    if access.may("form.fill") or access.may("form.design"):
        yield _Placed("work", 47, MenuItem(_("Forms"), reverse("forms"), "file-text", in_bar=False))
    if access.may("staff.view"):
        yield _Placed("ground", 10, MenuItem(_("Grids"), reverse("grid-board"), "grid"))
    if access.may("access.delegate"):
        yield _Placed("people", 10, MenuItem(_("People"), reverse("people"), "users"))
    if access.may("access.delegate"):
        yield _Placed("people", 5, MenuItem(_("What the city needs"), reverse("setup"), "check"))
    if access.may("unit.change"):
        yield _Placed("people", 20, MenuItem(_("Units"), reverse("units"), "layers"))
    if open_to(access):
        yield _Placed("people", 800, MenuItem(_("Imports"), reverse("imports"), "upload"))
    if tables_for(access):
        yield _Placed("people", 850, MenuItem(_("Configuration"), reverse("configuration"), "sliders"))
    if opens_to(access, "settings"):
        yield _Placed("people", 900, MenuItem(_("Settings"), reverse("settings"), "settings"))
    if access.may("indicator.view"):
        yield _Placed("figures", 10, MenuItem(_("Indicators"), reverse("indicators"), "bar-chart-2"))


def _of_departments(access: Access) -> Iterator[_Placed]:
    for entry in menu_entries():
        if access.may(entry.permission):
            also = tuple(reverse(name) for name in entry.also)
            item = MenuItem(title_in(entry.titles), reverse(entry.url_name), entry.icon, also=also)
            yield _Placed(entry.section, entry.order, item)


def place_of(access: Access) -> str:
    """The area that the person works in: that of their first grant."""
    tree = area_tree()
    node = next((tree.nodes[grant.area_id] for grant in access.grants if grant.area_id in tree.nodes), None)
    return node.title if node else ""


def role_titles(access: Access) -> list[str]:
    """The roles held, in the language of the request."""
    plans = role_plans()
    return [title_in(plans[code][0].titles) if code in plans else code for code in access.roles()]
