"""The lists of meetings: those that one may see, and what was decided in them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Column,
    DaysFilter,
    Empty,
    List,
    SwitchFilter,
    WordsFilter,
    column_of,
    looked_for_in,
    page_at,
    person_column,
)
from linli.core.flow.public import OfMeFilter, flow_list
from linli.core.search.public import words_of
from linli.subsystems.office.meetings.decided import LATE, OPEN, WORDS, pill, with_outcome
from linli.subsystems.office.meetings.flow import MEETING
from linli.subsystems.office.meetings.models import Decision
from linli.subsystems.office.meetings.pages import COLUMNS, PAGES

MEETINGS = flow_list(
    PAGES,
    code="meetings",
    title=gettext_lazy("Meetings"),
    columns=COLUMNS,
    order="-begins_at",
    filters=(
        WordsFilter("q", gettext_lazy("Name of the meeting"), words_of("meetings")),
        AreaFilter("area", "meeting.view"),
        DaysFilter("days", gettext_lazy("Begins"), "begins_at"),
    ),
    new="office:new-meeting",
    may_begin="meeting.call",
    beside=(("office:decisions", gettext_lazy("Decisions")),),
    empty=Empty(gettext_lazy("No meeting yet"), gettext_lazy("What you call and are invited to stands here."), "users"),
)  # fmt: skip


def decisions_seen(access: Access) -> QuerySet[Decision]:
    """What was decided in the meetings that a person may see, as soon as the minutes are approved."""
    seen = MEETING.visible(access).filter(state="approved").values("id")
    return with_outcome(Decision.objects.filter(meeting__in=seen).select_related("meeting"))


DECISIONS = List[Decision](
    code="decisions",
    title=gettext_lazy("Decisions of meetings"),
    permission="",
    rows=decisions_seen,
    address=lambda decision: page_at("office:meeting", decision.meeting_id),
    columns=(
        Column("what", gettext_lazy("What"), lambda decision: decision.what, note=lambda decision: decision.meeting.title),
        person_column("doer", gettext_lazy("Who"), "doer_id", css="fixed"),
        column_of(Decision, "by_day", gettext_lazy("By when"), sort=True, css="fixed"),
        Column("done_at", gettext_lazy("Ended"), lambda decision: decision.__dict__["done_at"], css="fixed col-wide", kind=datetime),
        Column(
            "outcome", gettext_lazy("State"), lambda decision: str(WORDS[decision.__dict__["outcome"]]), html=pill,
            code_of=lambda decision: str(decision.__dict__["outcome"]), css="card-plain fixed",
        ),
    ),
    order="by_day",
    filters=(
        WordsFilter("q", gettext_lazy("What"), looked_for_in("what", "meeting__title")),
        OfMeFilter("mine", gettext_lazy("Mine to do"), lambda access: Q(doer_id=access.user_id)),
        SwitchFilter("open", gettext_lazy("Not done yet"), lambda rows: rows.filter(outcome__in=(OPEN, LATE))),
        ChoiceFilter("outcome", gettext_lazy("State"), [(key, words) for key, words in WORDS.items() if key != "proposed"]),
        DaysFilter("days", gettext_lazy("By when"), "by_day", of_days=True),
    ),
    empty=Empty(gettext_lazy("No decision yet"), gettext_lazy("What meetings decide stands here once the minutes are approved."), "check"),
)  # fmt: skip
