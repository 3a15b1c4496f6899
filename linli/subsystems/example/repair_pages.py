"""The pages of repairs: asking for one, and the pages that the engine makes of its flow."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.core.access.public import staff_page
from linli.core.desk.public import AreaField, DeskForm, LineField, PhotosField, WordsField
from linli.core.flow.public import ItemPages
from linli.core.platform.public import Actor
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


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("repair.ask")
def new_repair(request: HttpRequest) -> HttpResponse:
    """Asks for a repair."""
    form = RepairForm(request)

    def ask(actor: Actor, uuid: UUID) -> int:
        values = form.cleaned_data
        files = tuple({"role": "report", "stored_file_id": one.id} for one in values["photos"])
        return ask_for_repair(
            actor, access=form.access, uuid=uuid, area_id=values["area"].id, place=values["place"], note=values["note"],
            files=files,
        ).id  # fmt: skip

    answer = form.send(["repair"], ask)
    if answer is not None:
        return HttpResponseRedirect(reverse("example:repair", args=[int(answer.body)]))
    return render(request, "example/repair_form.html", {"form": form}, status=form.status)
