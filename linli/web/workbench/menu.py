"""Fills the frame around pages of the staff: the menu that the person's permissions open, place, search, name and roles."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from linli.core.access.public import Access, role_plans
from linli.core.areas.public import area_tree
from linli.core.cases.public import waiting_count
from linli.core.platform.public import menu_entries, title_in
from linli.web.frame import Frame, MenuItem
from linli.web.workbench.search import may_search


def fill_frame(request: HttpRequest, frame: Frame) -> Frame:
    """The frame of a signed-in person; anybody else's stays as it is."""
    access: Access | None = getattr(request, "access", None)
    if access is None:
        return frame
    return replace(
        frame, home_url=reverse("home"), menu=menu(access), place=place_of(access), place_url=reverse("grid-board") if access.may("staff.view") else "",
        search_url=reverse("search") if may_search(access) else "",
        search_words=request.GET.get("q", "") if request.path in (reverse("cases"), reverse("search")) else "",
        me=access.display_name, my_role="、".join(role_titles(access)), my_url=address_of("account"), sign_out_url=address_of("sign-out"),
    )  # fmt: skip


def address_of(name: str) -> str:
    """The address of a page that this deployment may not have; empty then."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def check_menu() -> None:
    """Raises ImproperlyConfigured for a menu entry of a subsystem whose address does not exist: it would never be seen."""
    for entry in menu_entries():
        if not address_of(entry.url_name):
            raise ImproperlyConfigured(f"The menu entry {entry.url_name!r} leads to no address of this deployment.")


def menu(access: Access) -> list[MenuItem]:
    """The entries that the person's permissions open, those of the core first; the rail shows as many as fit, and the rest
    under "More"."""
    items = [MenuItem(_("Home"), reverse("home"), "home")]
    if access.may("case.view"):
        waiting = waiting_count(access)
        items.append(MenuItem(_("My queue"), reverse("queue"), "inbox", waiting or None))
        items.append(MenuItem(_("Cases"), reverse("cases"), "list"))
        items.append(MenuItem(_("Map"), reverse("map"), "map"))
    if access.may("case.report"):
        items.append(MenuItem(_("Report"), reverse("report"), "edit-2"))
    if access.may("staff.view"):
        items.append(MenuItem(_("Grids"), reverse("grid-board"), "grid"))
    if access.may("access.delegate"):
        items.append(MenuItem(_("People"), reverse("people"), "users"))
    if access.may("indicator.view"):
        items.append(MenuItem(_("Indicators"), reverse("indicators"), "bar-chart-2"))
    for entry in menu_entries():
        if access.may(entry.permission):
            items.append(MenuItem(title_in(entry.titles), reverse(entry.url_name), entry.icon))
    return items


def place_of(access: Access) -> str:
    """The area that the person works in: that of their first grant."""
    tree = area_tree()
    node = next((tree.nodes[grant.area_id] for grant in access.grants if grant.area_id in tree.nodes), None)
    return node.title if node else ""


def role_titles(access: Access) -> list[str]:
    """The roles held, in the language of the request."""
    plans = role_plans()
    return [title_in(plans[code][0].titles) if code in plans else code for code in access.roles()]
