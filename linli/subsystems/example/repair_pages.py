"""The pages of repairs: asking for one, and the pages that the engine makes of its flow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access
from linli.core.desk.public import AreaField, DeskForm, LineField, PhotosField, WordsField
from linli.core.flow.public import ItemPages, begin_page
from linli.core.platform.public import Actor
from linli.subsystems.example.models import Repair
from linli.subsystems.example.repair import REPAIR, ask_for_repair

PAGES = ItemPages(
    flow=REPAIR,
    back="example:notes",
    back_title=_("Benches"),
    facts=lambda repair, _access: [(_("Where"), repair.place)],
    amount_unit=lambda _repair: _("work days"),
    dangerous=("refuse", "withdraw"),
    quiet=("give_back", "ask_extension"),
)


class RepairForm(DeskForm):
    """A bench to be mended."""

    area = AreaField(permission="repair.ask", levels=("community",), label=_("Area"))
    place = LineField(label=_("Where"), max_length=80)
    note = WordsField(label=_("What is broken"))
    photos = PhotosField()


def ask(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Repair:
    """Asks for a repair."""
    files = tuple({"role": "report", "stored_file_id": one.id} for one in values["photos"])
    return ask_for_repair(
        actor, access=access, uuid=uuid, area_id=values["area"].id, place=values["place"], note=values["note"], files=files
    )  # fmt: skip


new_repair = begin_page(PAGES, RepairForm, ask, title=_("Ask for repair"), permission="repair.ask")
