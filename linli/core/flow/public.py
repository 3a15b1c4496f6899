"""The door of the flow engine: what a flow is made of, what may be done with its items, and what is known of them."""

from linli.core.flow.act import Changed, act, check_given, lock, tell
from linli.core.flow.allowed import open_requests, possible, relations_of, requests_in, requests_of, stands_to
from linli.core.flow.begin import begin
from linli.core.flow.clocks import (
    OFFICE_UNITS,
    clocks_of,
    days_late,
    in_time,
    limits_of,
    new_clock,
    open_clock,
    show_again,
)
from linli.core.flow.definition import Act, AnyFlow, Flow, Rules
from linli.core.flow.diagram import flow_page
from linli.core.flow.escalation import escalate
from linli.core.flow.faces.begin_page import begin_page
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.flow.faces.lists import OfMeFilter, bulk_step, due_column, flow_filters, state_column
from linli.core.flow.faces.urls import item_urls
from linli.core.flow.given import NEEDED, Given, clean, lacking, refuse_strays
from linli.core.flow.models import (
    ClockRow,
    ClockState,
    EscalationRow,
    EventRow,
    FileRow,
    FlowEvent,
    FlowItem,
    NoteRow,
    RequestRow,
    SmallItem,
)
from linli.core.flow.parts import FALLBACK_SHARE, SHARED, TOP_LEVEL, Duty, Effect, Relation, Stage, Tables, TwoStep, Who
from linli.core.flow.reading import Entry, Full, entries, find, full, timeline_of
from linli.core.flow.register import flows, small_flows
from linli.core.flow.relations import both, by_system, in_area, of_person, of_unit
from linli.core.flow.requests import drop_requests
from linli.core.flow.table import Transition, each
from linli.core.flow.timeline import (
    PLACE,
    UNTOLD,
    add_event,
    event_digest,
    event_digests,
    first_facts,
    new_salt,
    note_digest,
)
from linli.core.flow.trail import ended_at, facts_of, findings, is_over, named
from linli.core.flow.waiting import waiting
from linli.core.flow.words import (
    clock_word,
    due_moment,
    due_shown,
    due_words,
    left_shown,
    left_words,
    phase_of,
    span_words,
)

__all__ = [
    "FALLBACK_SHARE",
    "NEEDED",
    "OFFICE_UNITS",
    "PLACE",
    "SHARED",
    "TOP_LEVEL",
    "UNTOLD",
    "Act",
    "AnyFlow",
    "Changed",
    "ClockRow",
    "ClockState",
    "Duty",
    "Effect",
    "Entry",
    "EscalationRow",
    "EventRow",
    "FileRow",
    "Flow",
    "FlowEvent",
    "FlowItem",
    "Full",
    "Given",
    "ItemPages",
    "NoteRow",
    "OfMeFilter",
    "Relation",
    "RequestRow",
    "Rules",
    "SmallItem",
    "Stage",
    "Tables",
    "Transition",
    "TwoStep",
    "Who",
    "act",
    "add_event",
    "begin",
    "begin_page",
    "both",
    "bulk_step",
    "by_system",
    "check_given",
    "clean",
    "clock_word",
    "clocks_of",
    "days_late",
    "drop_requests",
    "due_column",
    "due_moment",
    "due_shown",
    "due_words",
    "each",
    "ended_at",
    "entries",
    "escalate",
    "event_digest",
    "event_digests",
    "facts_of",
    "find",
    "findings",
    "first_facts",
    "flow_filters",
    "flow_page",
    "flows",
    "full",
    "in_area",
    "in_time",
    "is_over",
    "item_urls",
    "lacking",
    "left_shown",
    "left_words",
    "limits_of",
    "lock",
    "named",
    "new_clock",
    "new_salt",
    "note_digest",
    "of_person",
    "of_unit",
    "open_clock",
    "open_requests",
    "phase_of",
    "possible",
    "refuse_strays",
    "relations_of",
    "requests_in",
    "requests_of",
    "show_again",
    "small_flows",
    "span_words",
    "stands_to",
    "state_column",
    "tell",
    "timeline_of",
    "waiting",
]
