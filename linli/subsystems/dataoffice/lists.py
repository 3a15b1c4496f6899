"""How a request is shown to the data office, and the list of them; pages, API and export are made of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import AreaFilter, ChoiceFilter, DaysFilter, Empty, column_of, facts_of
from linli.core.flow.public import ItemPages, flow_list
from linli.core.people.public import Reveal, masked, masked_for, row_of, service_of
from linli.core.platform.public import listed, moment_words, title_in
from linli.subsystems.dataoffice.flow import REQUEST
from linli.subsystems.dataoffice.models import DataRequest, RequestKind

COLUMNS = (
    column_of(DataRequest, "kind", pgettext_lazy("dataoffice", "What is asked for")),
    column_of(DataRequest, "begun_at", pgettext_lazy("dataoffice", "Asked on"), sort=True, css="fixed"),
)
FIELDS = {
    "name": pgettext_lazy("dataoffice", "Name"),
    "phone": pgettext_lazy("dataoffice", "Telephone"),
    "mail": pgettext_lazy("dataoffice", "Mail address"),
    "address": pgettext_lazy("dataoffice", "Address"),
    "citizen_number": pgettext_lazy("dataoffice", "Citizen number"),
    "birth_day": pgettext_lazy("dataoffice", "Day of birth"),
}


def field_title(name: str) -> str:
    """A field of a person in words."""
    return str(FIELDS.get(name, name))


def _facts(item: DataRequest, access: Access) -> list[tuple[Any, Any]]:
    """What the data office has to know: masks, never values, and not the tracking number, which is the person's own key to their report."""
    row = row_of(item.holder, item.holder_id)
    service = service_of(item.service)
    found: list[tuple[Any, Any]] = list(facts_of(*COLUMNS)(item, access))
    found.append((pgettext_lazy("dataoffice", "Service"), title_in(service.titles)))
    if row is None:
        return [*found, (pgettext_lazy("dataoffice", "Whose"), pgettext_lazy("dataoffice", "forgotten"))]
    who = " ".join(filter(None, (masked(row, name) for name in ("name", "phone"))))
    found.append((pgettext_lazy("dataoffice", "Whose"), who))
    if item.field:
        found.append((pgettext_lazy("dataoffice", "To be corrected"), field_title(item.field)))
        found.append((pgettext_lazy("dataoffice", "Stands there now"), masked(row, item.field)))
        found.append((pgettext_lazy("dataoffice", "Should be"), masked_for(row, item.field, item.new_value)))
    seen = Reveal.objects.filter(id=item.reveal_id).first() if item.reveal_id else None
    if seen is not None:
        found.append((pgettext_lazy("dataoffice", "Who looked"), seen.user.display_name if seen.user else ""))
        found.append((pgettext_lazy("dataoffice", "When"), moment_words(seen.at, with_year=True)))
        found.append((pgettext_lazy("dataoffice", "Stated purpose"), title_in(service.purposes[seen.purpose])))
        found.append(
            (pgettext_lazy("dataoffice", "What was seen"), listed([field_title(name) for name in seen.fields.split()]))
        )
    return found


PAGES = ItemPages(
    flow=REQUEST,
    back="dataoffice:requests",
    back_title=pgettext_lazy("dataoffice", "Data requests"),
    facts=_facts,
    labels={
        ("answer", "note"): pgettext_lazy("dataoffice", "Answer to the person"),
        ("refuse", "reason"): pgettext_lazy("dataoffice", "Why not"),
        "note": pgettext_lazy("dataoffice", "Words to the person"),
    },
    hints={
        "carry_out": lambda item: (
            pgettext_lazy("dataoffice", "The person is forgotten at once: their key is destroyed, in backups too. This cannot be undone.")
            if item.kind == RequestKind.ERASURE
            else pgettext_lazy("dataoffice", "What the person typed takes the place of what stands there.")
        )
    },
    dangerous=("carry_out", "refuse"),
)  # fmt: skip
REQUESTS = flow_list(
    PAGES,
    code="requests",
    permission="data_request.view",
    title=pgettext_lazy("dataoffice", "Data requests"),
    columns=COLUMNS,
    order="-begun_at",
    filters=(
        ChoiceFilter("kind", pgettext_lazy("dataoffice", "What is asked for"), RequestKind.choices),
        DaysFilter("days", pgettext_lazy("dataoffice", "Asked on"), "begun_at"),
        AreaFilter("area", "data_request.view"),
    ),
    empty=Empty(
        pgettext_lazy("dataoffice", "No request waits"),
        pgettext_lazy("dataoffice", "What people ask on the page of their own data comes here, with fifteen days for the answer."),
    ),
)  # fmt: skip
