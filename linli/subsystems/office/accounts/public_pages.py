"""What residents read of small accounts, without account, below /community-accounts/: published months, as page, CSV and PDF.

Everything comes from `PublishedMonth`, one row by its key; nothing of the ledger is read here.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.areas.public import area_tree
from linli.core.desk.public import csv_answer, marks, pdf_answer, within_limit
from linli.core.platform.public import TooMany, listed, moment_words
from linli.lib.outside import day
from linli.subsystems.office.accounts.flow import month_words
from linli.subsystems.office.accounts.models import PublishedMonth
from linli.subsystems.office.accounts.publishing import LANGUAGES

MOST_COMMUNITIES, MOST_MONTHS = 1000, 120
PRINTS, PER = 20, timedelta(minutes=10)


def read(content: Any) -> Any:
    """The content of a month in the reader's language: what was kept in both is the words of one."""
    if isinstance(content, dict):
        if content.keys() == set(LANGUAGES):
            return content.get(get_language() or "", content["zh-hans"])
        return {key: read(value) for key, value in content.items()}
    return [read(one) for one in content] if isinstance(content, list) else content


def sheet_of(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a month with its days and moments in words, for page and print."""
    shown = read({key: value for key, value in content.items() if key != "area"})
    area = content["area"]
    sheet: dict[str, Any] = shown | {
        "code": area["code"],
        "community": area.get(get_language() or "", area["zh-hans"]),
        "title": month_words(date.fromisoformat(f"{content['month']}-01")),
        "entries": [
            one | {"day": marks.day_words(date.fromisoformat(one["day"])), "gain": signed(one)} for one in shown["entries"]
        ],
        "closed_at": moment_words(datetime.fromisoformat(content["closed_at"]), with_year=True) if content["closed_at"] else "",
        "published_at": moment_words(datetime.fromisoformat(content["published_at"]), with_year=True),
        "people": [
            (title, listed(shown[key]))
            for key, title in (
                ("kept_by", _("Entered by")), ("checked_by", _("Checked by")), ("closed_by", _("Closed by")), ("published_by", _("Published by")),
            )
            if shown[key]
        ],
    }  # fmt: skip
    return sheet


def the_month(code: str, month: str) -> PublishedMonth:
    """A month that was published. Raises Http404 for every other."""
    first_day = day(f"{month}-01")
    found = PublishedMonth.objects.filter(area_code=code, first_day=first_day).first() if first_day else None
    if found is None:
        raise Http404
    return found


@require_safe
def index_page(request: HttpRequest) -> HttpResponse:
    """The communities that published something, with their newest month."""
    newest = PublishedMonth.objects.values_list("area_code").annotate(newest=Max("first_day")).order_by("area_code")
    by_code, found = area_tree().by_code, []
    for code, first_day in newest[:MOST_COMMUNITIES]:
        node = by_code.get(code)
        street = area_tree().nodes.get(node.street_id or 0) if node else None
        found.append((street.title if street else "", code, node.title if node else code, month_words(first_day)))
    streets = [(street, list(rows)) for street, rows in groupby(found, key=lambda one: one[0])]
    return render(request, "office/public_index.html", {"streets": streets})


@require_safe
def community_page(request: HttpRequest, code: str) -> HttpResponse:
    """The months of one community that were published, the newest first."""
    days = PublishedMonth.objects.filter(area_code=code).order_by("-first_day").values_list("first_day", flat=True)
    months = [(one.year, f"{one:%Y-%m}", month_words(one)) for one in days[:MOST_MONTHS]]
    if not months:
        raise Http404
    node = area_tree().by_code.get(code)
    years = [(year, list(rows)) for year, rows in groupby(months, key=lambda one: one[0])]
    context = {"years": years, "code": code, "community": node.title if node else code}
    return render(request, "office/public_community.html", context)


@require_safe
def month_page(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """One month of one community."""
    found = the_month(code, month)
    others = PublishedMonth.objects.filter(area_code=code)
    before = (
        others.filter(first_day__lt=found.first_day).order_by("-first_day").values_list("first_day", flat=True).first()
    )
    after = (
        others.filter(first_day__gt=found.first_day).order_by("first_day").values_list("first_day", flat=True).first()
    )
    context = {
        "month": sheet_of(json.loads(found.content)),
        "before": before and (f"{before:%Y-%m}", month_words(before)), "after": after and (f"{after:%Y-%m}", month_words(after)),
    }  # fmt: skip
    return render(request, "office/public_month.html", context)


def name_of(sheet: dict[str, Any]) -> str:
    """What a saved file of a month is called, without ending."""
    return _("%(community)s %(month)s income and expense") % {"community": sheet["community"], "month": sheet["title"]}


@require_safe
def month_csv(request: HttpRequest, code: str, month: str) -> HttpResponse:  # noqa: ARG001 - a view's form
    """The same as one table: a line for the beginning, one for each entry (or sum, where entries are not shown), one for the end."""
    content = json.loads(the_month(code, month).content)
    shown = sheet_of(content)
    words = {"income": _("Income"), "expense": _("Expense")}
    head = [_("Month"), _("Kind"), _("Purpose"), _("Day"), _("No."), _("Words for residents"), _("Yuan"), _("Balance")]
    rows: list[list[Any]] = [[month, _("At the beginning"), "", "", "", "", "", Decimal(shown["opening"])]]
    rows += [
        [month, words[one["kind"]], one["purpose"], one["day"], one["number"], one["words"], Decimal(one["amount"]), Decimal(one["balance"])]
        for one in read(content["entries"])
    ]  # fmt: skip
    if not shown["entries"]:
        rows += [
            [month, words[kind], one["purpose"], "", "", "", Decimal(one["amount"]), ""]
            for kind in words
            for one in shown[kind]
        ]
    rows.append([month, _("At the end"), "", "", "", "", "", Decimal(shown["closing"])])
    return csv_answer(name_of(shown), head, rows)


@require_safe
def month_pdf(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """The same on paper. Setting it takes a child process, so an address gets a few in ten minutes, and all strangers one at a time."""
    shown = sheet_of(json.loads(the_month(code, month).content))
    if not within_limit(request, "month-pdf", PRINTS, PER):
        said = _(
            "Many prints were asked for from your address; go on in ten minutes. The page itself can be read and printed."
        )
        raise TooMany(said, retry_after_s=int(PER.total_seconds()))
    return pdf_answer("office/month.typ", printed(shown), name=name_of(shown), stranger=True)


def printed(shown: dict[str, Any]) -> dict[str, Any]:
    """A month as its template takes it."""
    kinds = {"income": _("Income"), "expense": _("Expense")}
    sums = [(kinds[kind], one["purpose"], marks.amount_words(one["amount"])) for kind in kinds for one in shown[kind]]
    return {
        "title": _("%(community)s: income and expense") % {"community": shown["community"]},
        "month": shown["title"],
        "fields": [
            [title, marks.amount_words(shown[key])]
            for key, title in (
                ("opening", _("At the beginning")), ("came_in", _("Came in")), ("went_out", _("Went out")), ("closing", _("Left")),
            )
        ],
        "unit": _("All amounts in yuan."),
        "sums_title": _("By purpose"),
        "sums_head": [_("Kind"), _("Purpose"), _("Yuan")],
        "sums": [list(one) for one in sums],
        "entries_title": _("Entries"),
        "entries_head": [_("No."), _("Day"), _("What"), _("Yuan"), _("Balance")],
        "entries": [
            [str(one["number"]), one["day"], words_of(one), marks.amount_words(one["gain"]), marks.amount_words(one["balance"])]
            for one in shown["entries"]
        ],
        "people": [[title, posts] for title, posts in shown["people"]],
        "published": _("Published on %s") % shown["published_at"],
    }  # fmt: skip


def signed(entry: dict[str, Any]) -> Decimal:
    """An amount as it changes the balance."""
    return Decimal(entry["amount"]) if entry["kind"] == "income" else -Decimal(entry["amount"])


def words_of(entry: dict[str, Any]) -> str:
    """What an entry was for, and which one it takes out."""
    wrong = entry["reverses"]
    said = f"{entry['purpose']} · {entry['words']}" if entry["words"] else entry["purpose"]
    return said if wrong is None else f"{said} ({_('reverses %(month)s no. %(number)s') % wrong})"


app_name = "office-public"
urlpatterns = [
    path("", index_page, name="accounts"),
    path("<slug:code>/", community_page, name="community"),
    path("<slug:code>/<str:month>.csv", month_csv, name="month-csv"),
    path("<slug:code>/<str:month>.pdf", month_pdf, name="month-pdf"),
    path("<slug:code>/<str:month>/", month_page, name="month"),
]
