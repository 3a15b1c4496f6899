"""What stands on the page of one's own: put together once, for the page, the copy and the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.core.access.public import names_of, role_plans, unit_tree
from linli.core.flow.public import words_of
from linli.core.people.public import (
    NAMES_SHOWN,
    Consent,
    KeyedPerson,
    Person,
    Seen,
    consents_of,
    keeps,
    links_of,
    own_data,
    seen_by_whom,
    service_of,
    services_of,
)
from linli.core.platform.public import BadInput, listed, moment_words, title_in, value_of
from linli.subsystems.dataoffice.flow import REQUEST, key_of
from linli.subsystems.dataoffice.lists import field_title
from linli.subsystems.dataoffice.models import DataRequest, OwnCode
from linli.subsystems.dataoffice.own import persons_of, visits_of
from linli.subsystems.dataoffice.services import days_left, requests_of


def the_person(found: OwnCode, key: str) -> KeyedPerson:
    """The one of a visit's persons that a form names. Raises BadInput for any other."""
    for row in persons_of(found):
        if key_of(row._meta.label_lower, row.pk) == key:
            return row
    raise BadInput(_("This is not kept any more."))


def context_of(found: OwnCode) -> dict[str, Any]:
    """Everything that the page shows."""
    rows = persons_of(found)
    asked, agreed = requests_of(rows), consents_of(rows)
    answers = words_of(REQUEST, [one.pk for one in asked], ("answer", "carry_out", "refuse"))
    return {
        "kept": [_kept(row) for row in rows],
        "fields": _fields(rows),
        "seen": _seen(rows, {one.reveal_id for one in asked}),
        "consents": [
            _consent(row, one, agreed)
            for row in rows
            if isinstance(row, Person)
            for one in agreed
            if one.person_id == row.pk
        ],
        "requests": [_request(one, answers.get(one.pk, [])) for one in asked],
        "visits": _visits(rows),
    }


def _kept(row: KeyedPerson) -> dict[str, Any]:
    services = own_data(row)
    return {
        "key": key_of(row._meta.label_lower, row.pk),
        "about": listed([f"{title_in(one.service.titles)} {one.about}".strip() for one in services]),
        "services": [
            {
                "title": title_in(one.service.titles),
                "why": title_in(one.service.why),
                "about": one.about,
                "values": [(name, field_title(name), text) for name, text in one.values.items()],
                "keep_days": one.service.keep_days,
                "since": one.since,
                "ended_at": one.ended_at,
            }
            for one in services
        ],
    }  # fmt: skip


def _fields(rows: list[KeyedPerson]) -> list[tuple[str, str]]:
    """What can be corrected of any of these persons; whether the one in question has it is asked when it is sent."""
    names = dict.fromkeys(
        name for row in rows for one in services_of(row) for name in dict(one.fields) if keeps(row, name)
    )
    return [(name, field_title(name)) for name in names]


def _seen(rows: list[KeyedPerson], asked: set[int | None]) -> list[dict[str, Any]]:
    found = seen_by_whom(rows)
    names = names_of([one.user_id for one in found if one.user_id]) if value_of(NAMES_SHOWN) else {}
    return [_look(one, names, one.id in asked) for one in found]


def _look(one: Seen, names: dict[int | None, str], asked: bool) -> dict[str, Any]:
    plan = role_plans().get(one.role)
    return {
        "id": one.id,
        "person": key_of(one.holder, one.holder_id),
        "at": one.at,
        "general": one.general,
        "service": one.service,
        "what": listed([field_title(name) for name in one.fields])
        or _("that you are kept here, found by your whole number"),
        "purpose": one.purpose,
        "about": one.about,
        "unit": _unit(one.unit_id),
        "role": title_in(plan[0].titles) if plan else one.role,
        "name": names.get(one.user_id or 0, ""),
        "asked": asked,
    }


def _consent(row: Person, one: Consent, agreed: list[Consent]) -> dict[str, Any]:
    last = [other for other in agreed if other.person_id == row.pk and other.text.service == one.text.service][-1]
    inside = any(link.service == one.text.service and link.ended_at is None for link in links_of(row))
    return {
        "person": key_of(row._meta.label_lower, row.pk),
        "service": one.text.service,
        "title": title_in(service_of(one.text.service).titles),
        "text": one.text.text,
        "version": one.text.version,
        "sha256": one.text_sha256,
        "decision": one.get_decision_display(),
        "channel": one.get_channel_display(),
        "at": one.at,
        "may_withdraw": one.pk == last.pk and one.decision == "agreed" and inside,
    }


def _request(item: DataRequest, answers: list[tuple[datetime, str]]) -> dict[str, Any]:
    return {
        "id": item.pk,
        "person": key_of(item.holder, item.holder_id),
        "kind": item.get_kind_display(),
        "field": field_title(item.field) if item.field else "",
        "state": item.get_state_display(),
        "open": item.state == "open",
        "asked_at": item.begun_at,
        "due_at": item.due_at,
        "days_left": days_left(item),
        "answers": answers,
    }


def _visit(one: OwnCode, names: dict[int | None, str]) -> dict[str, Any]:
    return {
        "channel": one.get_channel_display(),
        "made_at": one.made_at,
        "opened_at": one.opened_at,
        "unit": _unit(one.by_unit_id),
        "name": names.get(one.by_user_id, ""),
        "document": one.get_document_display(),
        "confirmed_at": one.confirmed_at,
        "second_unit": _unit(one.second_unit_id),
        "second_name": names.get(one.second_user_id, ""),
    }


def _visits(rows: list[KeyedPerson]) -> list[dict[str, Any]]:
    found = [one for one in visits_of(rows) if one.opened_at or one.channel == "counter"]
    staff = [one for code in found for one in (code.by_user_id, code.second_user_id) if one]
    names = names_of(staff) if staff and value_of(NAMES_SHOWN) else {}
    return [_visit(one, names) for one in found]


def _unit(unit_id: int | None) -> str:
    unit = unit_tree().nodes.get(unit_id or 0)
    return unit.title if unit else ""


def as_json(found: OwnCode) -> dict[str, Any]:
    """The same for another program: plain words, moments as the city's clock shows them."""
    return {name: _plain(part) for name, part in context_of(found).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = ("person", "key", "asked", "may_withdraw", "fields")
        return {name: _plain(one) for name, one in value.items() if name not in hidden}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return moment_words(value, with_year=True) if hasattr(value, "tzinfo") else value
