"""How a case is said on a page: its title, the words of its clock, the facts of a timeline entry. No HTML stands here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple, Protocol

from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import ClockUnit
from linli.core.access.public import unit_title
from linli.core.areas.public import area_tree, place
from linli.core.cases.models import Case
from linli.core.cases.reading.listed import AnyCase, is_unplaced, is_urgent, state_title
from linli.core.cases.reading.rules import RULES
from linli.core.cases.reading.selectors import Glimpse, TimelineEntry, clock_word, glimpses
from linli.core.cases.transitions import STAGE_TITLES
from linli.core.catalogue.public import catalogue, limit_words
from linli.core.flow import public as flow
from linli.core.flow.public import clock_said
from linli.core.grids.public import grid_title
from linli.core.platform.public import listed

TITLE_CHARS = 60
PUNCTUATION = " \u3000,，、。.;；:：-—的"


def matter(case: AnyCase) -> str:
    """What the case is about without where it is: most reports begin with the place, which lists show in a column of its own."""
    return _without_place(case_title(case), case.address)


def _without_place(title: str, place: str) -> str:
    address = place.strip()
    if not address or not title.startswith(address):
        return title
    rest = title.removeprefix(address).lstrip(PUNCTUATION)
    return rest if len(rest) > 1 else title


@lru_cache(maxsize=10_000)
def _case_url(prefix: str, case_id: int) -> str:  # noqa: ARG001 - under which addresses begin, when mounted elsewhere
    return reverse("case", args=[case_id])


class Filed(Protocol):
    """What has a category as it was filed: a case, a row of a list, a similar one."""

    @property
    def standard(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def category_code(self) -> str: ...
    @property
    def category_name(self) -> str: ...


def category_title(case: Filed) -> str:
    """The category as it was filed, in the language of the request where the catalogue still has it."""
    return _category(case.standard, case.kind, case.category_code, case.category_name)


def _category(standard: str, kind: str, code: str, name: str) -> str:
    node = catalogue().by_code.get((standard, kind, code))
    return node.title if node and node.name == name else name


def filed_words(case: Case) -> tuple[str, str]:
    """The filing and the closing condition as they were filed, in the language of the request where the catalogue has them."""
    node = catalogue().by_code.get((case.standard, case.kind, case.category_code))
    same = [one for one in node.conditions if one.text == case.condition_text] if node else []
    if not same:
        return case.condition_text, case.closing_text
    closing = same[0].closing_title if same[0].closing_text == case.closing_text else case.closing_text
    return same[0].title, closing


def case_title(case: AnyCase) -> str:
    """What the case is about in one line: the first words of the report, else the category."""
    line = case.description.strip().split("\n", 1)[0].strip()
    if not line:
        return category_title(case) or _("Report without words")
    return line if len(line) <= TITLE_CHARS else f"{line[: TITLE_CHARS - 1]}…"


def clock_unit(case: AnyCase) -> ClockUnit:
    """The unit in which the clock of the present stage counts."""
    if case.clock_stage == "handle" and case.limit_unit:
        return ClockUnit(case.limit_unit)
    if not case.clock_stage:
        return ClockUnit.WORK_HOUR
    limit = flow.limit_in_force(RULES, case.clock_stage)
    return ClockUnit.URGENT_HOUR if limit.urgent_hours is not None and is_urgent(case) else ClockUnit(limit.unit)


def clock_words(case: AnyCase, instant: datetime) -> str:
    """还剩 3 工作时, 超时 2 工作日, 按期办结: what the clock says, in the unit of the clock."""
    word = clock_word(case, instant)
    if word == "paused":
        return _("Paused")
    if word == "done" or case.due_at is None:
        if case.in_time is None or not (case.closed_at or case.handled_at):
            return _("No clock")
        return _("In time") if case.in_time else _("Late")
    late = case.due_at < instant
    first, last = (case.due_at, instant) if late else (instant, case.due_at)
    return flow.span_words(first, last, clock_unit(case), late=late)


class CaseRow(NamedTuple):
    """One case as a list shows it. `due_at` is the moment in words, `left` what remains of it, `due` the moment in full."""

    id: int
    url: str
    title: str
    matter: str
    category: str
    number: str
    state: str
    state_word: str
    clock: str
    due_at: str
    left: str
    due: str
    grid: str
    unit: str
    address: str
    reported_at: datetime
    urgent: bool
    supervised: bool
    reopened: bool
    reopened_words: str
    photo_url: str
    unplaced: bool
    instructed: bool


class Titles:
    """What the rows of one answer are called in the language of the request: each state, unit, grid, area and category asked once."""

    def __init__(self) -> None:
        self.state, self.unit, self.grid, self.category = (
            cache(state_title),
            cache(unit_title),
            cache(grid_title),
            cache(_category),
        )
        self.place = cache(lambda area_id: place(area_id, depth=1))
        areas = area_tree().nodes
        self.area = cache(lambda area_id: (areas[area_id].code, areas[area_id].title) if area_id in areas else ("", ""))


def left_words(case: AnyCase, instant: datetime) -> str:
    """How long a clock still has or is over, by the clock on the wall; what does not run says so."""
    said = clock_said(case, instant)
    return said.left if said.due_at else clock_words(case, instant)


def case_row(case: AnyCase, instant: datetime, glimpse: Glimpse | None, titles: Titles) -> CaseRow:
    """A case for a list. Reads nothing but what the process keeps in memory."""
    prefix, title = get_script_prefix(), case_title(case)
    clock, due_at, left, due = clock_said(case, instant)
    return CaseRow(
        id=case.id, url=_case_url(prefix, case.id), title=title, matter=_without_place(title, case.address),
        category=titles.category(case.standard, case.kind, case.category_code, case.category_name),
        number=case.number, state=case.state, state_word=titles.state(case.state),
        clock=clock, due_at=due_at, left=left if due_at else clock_words(case, instant), due=due,
        grid=titles.grid(case.grid_id) or titles.place(case.area_id), unit=titles.unit(case.unit_id), address=case.address,
        reported_at=case.reported_at, urgent=is_urgent(case), supervised=case.supervise_count > 0,
        reopened=case.reopen_count > 0, reopened_words=glimpse.reopened if glimpse else "",
        photo_url=_photo_url(prefix, glimpse.photo_id) if glimpse and glimpse.photo_id else "",
        unplaced=is_unplaced(case.state, case.grid_id, case.community_id), instructed=case.instruct_count > 0,
    )  # fmt: skip


def case_rows_of(rows: Sequence[AnyCase], instant: datetime) -> list[CaseRow]:
    """The rows of a page of a list, with their photos and why they were taken up again, in at most two statements."""
    seen, titles = glimpses(rows), Titles()
    return [case_row(case, instant, seen.get(case.id), titles) for case in rows]


@lru_cache(maxsize=10_000)
def _photo_url(prefix: str, file_id: int) -> str:  # noqa: ARG001 - under which addresses begin, when mounted elsewhere
    return reverse("case-file", args=[file_id, "thumb"])


def stage_title(stage: str) -> str:
    """What the clock of a stage waits for."""
    return str(STAGE_TITLES.get(stage, stage))


def event_facts(entry: TimelineEntry, limit_unit: str = "") -> list[str]:
    """What an entry of the timeline says besides its words: to whom, how much, in time or not. Asks no database.

    `limit_unit` is the unit of the case's limit at that time, in which more time is asked for and granted.
    """
    event = entry.event
    facts: dict[str, Any] = event.facts
    said: list[str] = []
    if event.action == "dispatch" and facts.get("unit"):
        said.append(_("To %s") % unit_title(facts["unit"]))
    if event.action == "return" and facts.get("to_unit"):
        said.append(_("Back to %s") % unit_title(facts["to_unit"]))
    if facts.get("assisting"):
        said.append(_("With %s") % listed(unit_title(unit_id) for unit_id in facts["assisting"]))
    if event.action == "file" and facts.get("limit"):
        said.append(_("Limit %s") % limit_words(Decimal(facts["limit"]), facts.get("limit_unit", "")))
    if event.action in ("ask_extension", "grant_extension") and facts.get("amount"):
        said.append(_("%s more") % limit_words(Decimal(facts["amount"]), limit_unit or ClockUnit.WORK_DAY))
    if event.action == "confirm" and "found" in facts:
        said.append(_("Found on the spot") if facts["found"] else _("Not found on the spot"))
    if event.action in ("hand_over", "close", "pass_and_close") and facts.get("in_time") is not None:
        said.append(_("In time") if facts["in_time"] else _("Late"))
    if facts.get("checker"):
        said.append(_("To %s") % (entry.checker or "—"))
    if event.action == "escalate" and facts.get("level"):
        said.append(_("Level %s") % facts["level"])
    if event.action in ("change_grid", "reopen") and "grid_before" in facts:
        before, after = grid_title(facts["grid_before"]), grid_title(facts.get("grid"))
        said.append(
            _("From %(before)s to %(after)s") % {"before": before or _("no grid"), "after": after or _("no grid")}
        )
    if event.action == "rate" and facts.get("score"):
        said.append("★" * int(facts["score"]))
    return said
