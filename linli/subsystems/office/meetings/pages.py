"""The pages of meetings: calling one, its page with minutes and decisions, the dialogs, the print. lists.py has the lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from linli.core.access.public import Access, colleagues, names_of, staff_page, unit_colleagues
from linli.core.areas.public import place
from linli.core.desk.public import (
    Chooser,
    Column,
    DayField,
    DeskForm,
    LineField,
    ManyChooser,
    MomentField,
    Offer,
    PeopleField,
    PersonField,
    RowsField,
    WordsField,
    column_of,
    facts_of,
    marks,
    pdf_answer,
    person_column,
)
from linli.core.flow.public import ItemPages, begin_page, timeline_of
from linli.core.platform.public import Actor, NotThere, listed, moment_words
from linli.subsystems.office.meetings.decided import WORDS, pill, with_outcome
from linli.subsystems.office.meetings.flow import MEETING, call_meeting
from linli.subsystems.office.meetings.models import Decision, Meeting


def people_at(meeting: Meeting) -> dict[int, str]:
    """Who could be at a meeting: who called it and who was invited, by name."""
    ids = dict.fromkeys([meeting.begun_by_id, *meeting.invited_ids])
    names = names_of(ids)
    return {user_id: names.get(user_id, "") for user_id in ids if user_id}


class CameField(ManyChooser[int]):
    """Who of the people invited came; cleaned to their ids."""

    def __init__(self, meeting: Meeting, **kwargs: Any) -> None:
        said = {row.user_id: row.came for row in meeting.invitations.order_by("id")}
        ticked = [user_id for user_id, came in said.items() if came is not False]
        super().__init__(**{"required": False, "initial": ticked, **kwargs})
        self.people = {user_id: name for user_id, name in people_at(meeting).items() if user_id in said}

    def offers(self, access: Access) -> Iterable[Offer[int]]:  # noqa: ARG002 - of the meeting
        """The people who were invited."""
        return [Offer(str(user_id), name, user_id) for user_id, name in self.people.items()]


class DoerField(Chooser[int]):
    """Who does something that was decided: who was there, else a colleague; cleaned to the id."""

    unknown = PersonField.unknown

    def __init__(self, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.people = people_at(meeting)

    def offers(self, access: Access) -> Iterable[Offer[int]]:
        """Those of the meeting, then everybody whom the person may know by name."""
        known = {one.user_id: one.name for one in (*unit_colleagues(access), *colleagues(access))}
        return [Offer(str(user_id), name, user_id) for user_id, name in (self.people | known).items()]


def decisions_field(meeting: Meeting, _access: Access) -> RowsField:
    """What was decided, as it was written last."""
    columns = {
        "what": LineField(label=_("What"), max_length=120),
        "doer": DoerField(meeting, label=_("Who")),
        "by_day": DayField(label=_("By when")),
    }
    rows = meeting.decisions.order_by("place")
    written = [{"what": one.what, "doer": str(one.doer_id), "by_day": one.by_day} for one in rows]
    return RowsField(
        columns, label=_("Decisions"), row_title=pgettext("meeting", "Decision"), more=_("Add a decision"), initial=written,
        help_text=_("When the minutes are approved, each becomes a task of the person named. An empty row is left out."),
    )  # fmt: skip


def decided(meeting: Meeting) -> list[tuple[Decision, str, str]]:
    """The decisions of a meeting, each with who does it and what became of it, drawn."""
    rows = list(with_outcome(meeting.decisions.order_by("place")))
    names = names_of([one.doer_id for one in rows])
    return [(one, names.get(one.doer_id, ""), pill(one)) for one in rows]


def more(meeting: Meeting, _access: Access) -> dict[str, Any]:
    """Who came, and the decisions."""
    said = list(meeting.invitations.order_by("id"))
    names = people_at(meeting)
    told = [(one.came, names.get(one.user_id, "")) for one in said]
    return {
        "came": listed([name for came, name in told if came]),
        "away": listed([name for came, name in told if came is False]),
        "decisions": decided(meeting),
        "print_url": reverse("office:meeting-pdf", args=[meeting.id]) if meeting.minuted_by_id else "",
    }


COLUMNS = (
    column_of(Meeting, "title", gettext_lazy("Name of the meeting")),
    column_of(Meeting, "begins_at", gettext_lazy("Begins"), sort=True, css="fixed"),
    column_of(Meeting, "place", gettext_lazy("Place"), css="col-wide"),
    person_column("caller", gettext_lazy("Called by"), "begun_by_id", css="fixed col-wide"),
)
RECORDER = person_column("recorder", gettext_lazy("Minutes by"), "recorder_id")
INVITED: Column[Meeting] = Column(
    "invited", gettext_lazy("Invited"), lambda meeting: listed(names_of(meeting.invited_ids).values())
)

PAGES = ItemPages(
    flow=MEETING,
    back="office:meetings",
    back_title=gettext_lazy("Meetings"),
    facts=facts_of(*COLUMNS[1:], RECORDER, INVITED),
    more=more,
    template="office/meeting.html",
    fields={
        "begins_at": lambda meeting, _access: MomentField(label=_("Begins"), initial=meeting.begins_at),
        "place": lambda meeting, _access: LineField(label=_("Place"), max_length=120, initial=meeting.place),
        "minutes": lambda meeting, _access: WordsField(label=_("Minutes"), max_length=20_000, rows=10, initial=meeting.minutes),
        "came": lambda meeting, _access: CameField(meeting, label=_("Who came")),
        "decisions": decisions_field,
    },
    labels={("give_back", "reason"): gettext_lazy("What is to be mended"), ("cancel", "reason"): gettext_lazy("Why it is cancelled")},
    hints={
        "submit": gettext_lazy("Somebody else looks at the minutes and approves them."),
        "approve": gettext_lazy("The minutes stand as they are; each decision becomes a task."),
    },
    dangerous=("cancel",),
    quiet=("move",),
)  # fmt: skip


class MeetingForm(DeskForm):
    """A meeting to be called."""

    title = LineField(label=gettext_lazy("Name of the meeting"), max_length=120)
    begins_at = MomentField(label=gettext_lazy("Begins"))
    place = LineField(label=gettext_lazy("Place"), max_length=120)
    invited = PeopleField(label=gettext_lazy("Who is invited"))
    recorder = PersonField(
        label=gettext_lazy("Minutes by"), required=False, help_text=gettext_lazy("Left empty, you write them.")
    )
    agenda = WordsField(label=gettext_lazy("Agenda"), required=False, rows=5)


def call(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Meeting:
    """Calls a meeting."""
    invited, recorder = (one.user_id for one in values.pop("invited")), values.pop("recorder")
    return call_meeting(
        actor, access=access, uuid=uuid, invited=list(invited), recorder_id=recorder and recorder.user_id, **values
    )


new_meeting = begin_page(PAGES, MeetingForm, call, title=gettext_lazy("Call a meeting"), permission="meeting.call")


@require_safe
@staff_page()
def print_minutes(request: HttpRequest, item_id: int) -> HttpResponse:
    """The minutes as a PDF. What is not written yet is not there."""
    meeting: Meeting = PAGES.item(request, item_id)
    if not meeting.minuted_by_id:
        raise NotThere(_("There are no minutes of this meeting yet."))
    shown = more(meeting, request.access)  # type: ignore[attr-defined]
    approved = [event for event in timeline_of(MEETING.tables, MEETING.key_of(meeting.id)) if event.action == "approve"]
    names = names_of([meeting.begun_by_id, meeting.minuted_by_id])
    data = {
        "title": _("Minutes: %s") % meeting.title,
        "draft": "" if approved else _("Draft, not approved"),
        "fields": [
            [_("Time"), moment_words(meeting.begins_at, with_year=True)], [_("Place"), meeting.place],
            [_("Called by"), f"{names.get(meeting.begun_by_id, '')} · {place(meeting.area_id)}"], [_("Came"), shown["came"]],
            *([[_("Absent"), shown["away"]]] if shown["away"] else []), [_("Minutes by"), names.get(meeting.minuted_by_id, "")],
            *([[_("Approved by"), f"{one.__dict__['actor_name']} · {moment_words(one.at, with_year=True)}"] for one in approved]),
        ],
        "parts": [[_("Agenda"), meeting.agenda], [_("Minutes"), meeting.minutes]],
        "decisions_title": _("Decisions"),
        "head": ["", _("What"), _("Who"), _("By when"), _("State")],
        "decisions": [
            [str(one.place), one.what, who, marks.day_words(one.by_day), str(WORDS[one.__dict__["outcome"]])]
            for one, who, _pill in shown["decisions"]
        ],
    }  # fmt: skip
    return pdf_answer("office/minutes.typ", data, name=_("Minutes: %s") % meeting.title)
