"""What the demo puts on pages: cards beside the sign-in, one press each, and the ribbon that leads through the walk.

A card is the sign-in form, filled in with the public password: it opens nothing that typing would not. The walk's state is
a cookie with the step and the tracking number; `/demo/walk/…` only sets it and leads to the step's page. Neither addresses nor
ribbon exist outside demo mode: `apps.py` registers the ribbon, `linli/config/urls.py` the addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from linli.algorithms.tracking import TrackingNumberError, grouped, parse_tracking_number
from linli.core.access.public import Access, User
from linli.core.cases.public import Case, find_case
from linli.core.platform.public import now, title_in
from linli.demo.accounts import (
    CITY_ADMINISTRATOR,
    COMMUNITY_CLERKS,
    DESKS,
    GRID_HEADS,
    HANDLERS,
    PASSWORD,
    WORKERS,
    Account,
)
from linli.demo.walk import AFTERWARDS, STEPS, Step
from linli.lib.outside import whole_number
from linli.web.frame import Frame, Guide

COOKIE: Final = "linli_walk"
CLOSED: Final = "closed"
ACCOUNTS: Final = (*DESKS, CITY_ADMINISTRATOR, *HANDLERS, WORKERS, COMMUNITY_CLERKS, GRID_HEADS)
NUMBERED: Final = frozenset({WORKERS.username, COMMUNITY_CLERKS.username, GRID_HEADS.username})
# One of each work, in the order of the loop; everybody else stands in the list below the cards.
FIRST: Final = (
    "shouli", "paiqian", "huanwei", "hecha", "duban", "lingdao", "xuncha", "wangge", "shequ", "wanggezhang", "yingji", "shuju", "guanli",
    "shiguan", "shenji",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """One press: the account and what is written on it."""

    username: str
    title: str


def card(account: Account) -> Card:
    """The card of an account, in the language of the request; of numbered ones the first."""
    username = f"{account.username}01" if account.username in NUMBERED else account.username
    return Card(username, title_in({"zh-hans": account.title, "en": account.title_en}))


def cards() -> tuple[list[Card], list[Card]]:
    """The cards of the roles, and those of the further units."""
    by_name = {account.username: account for account in ACCOUNTS}
    rest = [account for account in ACCOUNTS if account.username not in FIRST]
    return [card(by_name[name]) for name in FIRST], [card(account) for account in rest]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as the ribbon shows it: `number` counts from 1, 0 is the invitation; `become` is who one is to be there."""

    number: int
    step: Step | None
    url: str
    become: Card | None

    @property
    def title(self) -> str:
        """What the step is called."""
        return title_in(self.step.title) if self.step else ""

    @property
    def todo(self) -> str:
        """What there is to do."""
        return title_in(self.step.todo) if self.step else ""


def stage(number: int, tracking: str) -> Stage:
    """The step of a number, where the walk's case is known by its tracking number."""
    step = STEPS[number - 1] if number <= len(STEPS) else AFTERWARDS
    url = reverse("demo-walk", args=[number]) + (f"?number={tracking}" if tracking else "")
    by_name = {account.username: account for account in ACCOUNTS}
    return Stage(number, step, url, card(by_name[step.username]) if step.username else None)


def fill_frame(request: HttpRequest, frame: Frame) -> Frame:
    """The frame with the demo's ribbon and cards."""
    number, tracking = read_state(request)
    closed = request.COOKIES.get(COOKIE) == CLOSED
    last = len(STEPS) + 1
    first, more = cards()
    content = {
        "now": now(), "cards": first, "more": more, "password": PASSWORD, "closed": closed, "steps": len(STEPS),
        "here": stage(number, tracking) if number else None, "next": stage(number + 1, tracking) if number < last else None,
        "back": stage(number - 1, tracking) if number > 1 else None, "me": username_of(getattr(request, "access", None)),
        "hide_url": f"{reverse('demo-walk-close')}?next={request.path}",
    }  # fmt: skip
    return replace(frame, guide=Guide("demo/ribbon.html", "demo/doors.html", content))


def username_of(access: Access | None) -> str:
    """The sign-in name of whoever is signed in; empty for nobody."""
    if access is None:
        return ""
    return User.objects.filter(id=access.user_id).values_list("username", flat=True).first() or ""


def read_state(request: HttpRequest) -> tuple[int, str]:
    """The step that the walk stands at (0: not begun, or closed) and its tracking number, the newest one that was seen.

    Whoever has just reported stands on the page of the report: its number is in the address.
    """
    step, _dot, kept = request.COOKIES.get(COOKIE, "").partition(".")
    number = whole_number(step, len(STEPS) + 1) or 0
    parts = request.path.split("/")
    seen = parts[2] if len(parts) > 3 and parts[1] == "track" else ""
    return number, known_number(seen) or known_number(kept)


def known_number(typed: str) -> str:
    """A tracking number in its usual form; empty for anything else."""
    try:
        return grouped(parse_tracking_number(typed))
    except TrackingNumberError:
        return ""


@require_safe
def walk_page(request: HttpRequest, number: int) -> HttpResponse:
    """Leads to the page of a step, at best to the walk's own case, and notes where the walk stands."""
    if not 1 <= number <= len(STEPS) + 1:
        return HttpResponseRedirect(reverse("start"))
    tracking = known_number(request.GET.get("number", ""))
    response = HttpResponseRedirect(page_of(number, tracking, getattr(request, "access", None)))
    _keep(response, f"{number}.{tracking}")
    return response


def page_of(number: int, tracking: str, access: Access | None) -> str:
    """The address where a step begins."""
    step = STEPS[number - 1] if number <= len(STEPS) else AFTERWARDS
    if tracking and number == len(STEPS):
        return reverse("track-case", args=[tracking])
    if tracking and access is not None and 1 < number < len(STEPS):
        case = Case.objects.filter(tracking=parse_tracking_number(tracking)).first()
        if case is not None and find_case(access, case.id) is not None:
            return reverse("case", args=[case.id])
    return step.page


@require_safe
def close_walk(request: HttpRequest) -> HttpResponse:
    """Puts the ribbon away; a card page offers it again."""
    wanted = request.GET.get("next", "")
    local = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    response = HttpResponseRedirect(wanted if local else reverse("start"))
    _keep(response, CLOSED)
    return response


def _keep(response: HttpResponse, state: str) -> None:
    response.set_cookie(COOKIE, state, max_age=12 * 3600, httponly=True, samesite="Lax")


demo_urls = [
    path("demo/walk/<int:number>/", walk_page, name="demo-walk"),
    path("demo/walk/close/", close_walk, name="demo-walk-close"),
]
