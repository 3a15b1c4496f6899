"""The page of settings: what the departments let a city choose, each with its limits and its default; changes are in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import staff_page
from linli.core.desk.public import answer_once, posted_from
from linli.core.platform.public import (
    Actor,
    NotThere,
    Refusal,
    Setting,
    brought,
    choose,
    choose_default,
    is_chosen,
    title_in,
    typed_value,
    value_of,
    write,
)


@dataclass(frozen=True)
class Choice:
    """One setting as the page shows it. `kind` is number, line, yes_no or one_of; `typed` is what its control holds, `held`
    what holds."""

    code: str
    title: str
    explained: str
    kind: str
    typed: str
    held: str
    default_words: str
    changed: bool
    unit: str
    least: int | None
    most: int | None
    options: list[tuple[str, str]]
    error: str


@dataclass(frozen=True)
class Group:
    """The settings of one department."""

    code: str
    title: str
    choices: list[Choice]


def _words(setting: Setting[Any], value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if setting.choices:
        return title_in(setting.choices[str(value)])
    return f"{value} {title_in(setting.unit)}" if setting.unit else str(value)


def _held(setting: Setting[Any]) -> str:
    """The value that holds, as the control of the page sends it."""
    value = value_of(setting)
    return ("on" if value else "") if isinstance(value, bool) else str(value)


def _refuse_other(setting: Setting[Any]) -> None:
    """Raises Refusal where somebody chose something else since the page was made."""
    said = {"title": title_in(setting.titles), "value": _words(setting, value_of(setting)) or "—"}
    raise Refusal(
        _("%(title)s: somebody else has chosen “%(value)s” in between; look again, then save.") % said,
        field=setting.code,
        code="stale",
    )


def _choice(setting: Setting[Any], typed: Mapping[str, str] | None, refusal: Refusal | None) -> Choice:
    value = value_of(setting)
    held = _held(setting)
    kind = (
        "yes_no"
        if isinstance(value, bool)
        else "number"
        if isinstance(value, int)
        else "line"
        if setting.is_line
        else "one_of"
    )
    return Choice(
        setting.code, title_in(setting.titles), title_in(setting.explained), kind,
        held if typed is None else typed.get(setting.code, ""), held, _words(setting, setting.default),
        is_chosen(setting) and value != setting.default, title_in(setting.unit) if setting.unit else "", setting.least, setting.most,
        [(key, title_in(titles)) for key, titles in (setting.choices or {}).items()],
        str(refusal) if refusal and refusal.field == setting.code else "",
    )  # fmt: skip


def _settings_of(department: str) -> list[Setting[Any]]:
    found = [setting for package, setting in brought(Setting) if package.code == department]
    if not found:
        raise NotThere(_("There are no such settings."))
    return found


def _page(request: HttpRequest, *, department: str = "", refusal: Refusal | None = None) -> HttpResponse:
    groups: dict[str, Group] = {}
    for package, setting in brought(Setting):
        group = groups.setdefault(package.code, Group(package.code, title_in(package.titles), []))
        typed = request.POST.dict() if refusal and package.code == department else None
        group.choices.append(_choice(setting, typed, refusal))
    context = {"groups": list(groups.values()), "refusal": refusal, "saved": request.GET.get("saved", "")}
    return render(request, "workbench/settings.html", context, status=refusal.status if refusal else 200)


@require_GET
@staff_page("settings.manage", whole_city=True)
def settings_page(request: HttpRequest) -> HttpResponse:
    """All settings by department."""
    return _page(request)


@posted_from("settings")
@staff_page("settings.manage", whole_city=True)
def save_settings(request: HttpRequest, department: str) -> HttpResponseBase:
    """Takes what was chosen for one department: all of it, or nothing where one value cannot be meant."""
    chosen = _settings_of(department)

    def effect(actor: Actor, _uuid: UUID) -> str:
        with write(actor):
            for setting in chosen:
                if "default" not in request.POST:
                    sent, seen = request.POST.get(setting.code, ""), request.POST.get(f"seen-{setting.code}")
                    if sent == seen:
                        continue  # untouched: what somebody else has chosen in between stays
                    if seen is not None and seen != _held(setting):
                        _refuse_other(setting)
                    value = typed_value(setting, sent)
                    if value != value_of(setting):
                        choose(actor, setting, value)
                elif request.POST["default"] == setting.code:
                    choose_default(actor, setting)
        return department

    return answer_once(
        request, ("settings", department), effect,
        to=lambda code: f"{reverse('settings')}?saved={code}#{code}",
        refused=lambda refusal: _page(request, department=department, refusal=refusal),
    )  # fmt: skip


settings_urls = [
    path("settings/", settings_page, name="settings"),
    path("settings/<slug:department>/", save_settings, name="save-settings"),
]
