"""A campaign is filled in on the pages of core/forms: here is what stands around them, where they lead, and which sheet counts for which grid.

Grid workers fill in for their grids, residents without account where it is open to them.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from linli.core.access.public import Access, access_on, staff_page
from linli.core.areas.public import place
from linli.core.desk.public import do_once
from linli.core.forms.pages.residents import ResidentForms, page
from linli.core.forms.public import (
    AnswerSheet,
    Around,
    Form,
    OccasionKind,
    begin_sheet,
    begins_on,
    forms_to_fill,
    schema_of,
)
from linli.core.grids.public import GridNode, grid_title
from linli.core.platform.public import Actor, NotThere, day_start, local_today
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.campaigns.models import Campaign, CampaignGrid, CampaignTarget
from linli.subsystems.admission.campaigns.running import (
    OCCASION,
    about_of,
    count_sheet,
    done_if_full,
    kept_on,
    occasion_for,
    row_of,
    running_now,
)
from linli.subsystems.admission.campaigns.targets import OCCASION_OF_TARGET, miss, target_of
from linli.subsystems.admission.grid_rows import in_force

MOST_GRIDS_LISTED = 400


def begin_for(actor: Actor, access: Access, uuid: UUID, row: CampaignGrid | CampaignTarget) -> AnswerSheet:
    """Begins a sheet of a running campaign for one of its grids, or about one of its targets. One that this person began today and left
    untouched is taken again, and about a target also one that they left half way.

    Raises NotThere for a campaign that does not run, or is not theirs.
    """
    item, today = running_now(access, row.item_id, local_today()), local_today()
    target, occasion, grid = row if isinstance(row, CampaignTarget) else None, occasion_for(row), in_force(row.grid_id)
    form = Form.objects.get(id=item.form_id)
    begun = AnswerSheet.objects.filter(
        filled_by_id=access.user_id, state="draft", occasion_kind=occasion.kind, occasion_id=occasion.id, version_id=form.version_id or 0,
    )  # fmt: skip
    if target is None:
        begun = begun.filter(started_at__gte=day_start(today), saved_at=F("started_at"))
    found = begun.order_by("id").first()
    return found or begin_sheet(
        actor, access=access, uuid=uuid, form_id=form.id, about=about_of(item, row.grid_id, target), area_id=grid.area_id if grid else None,
        occasion=occasion,
    )  # fmt: skip


def around(access: Access | None, sheet: AnswerSheet) -> Around | None:
    """The campaign and the grid of a sheet; the way back to the campaign for who sees it."""
    try:
        row = kept_on(sheet)
    except NotThere:
        return None
    if access is not None and not CAMPAIGN.may_view(row.item, access):
        return None
    return _around(access, row.item, row.grid_id, row if isinstance(row, CampaignTarget) else None)


def _around(access: Access | None, item: Campaign, grid_id: int, target: CampaignTarget | None = None) -> Around:
    if access is None:
        grid = in_force(grid_id)
        where = f"{place(grid.area_id)} · {grid.title}" if grid else ""
        back = reverse("campaigns-public:campaigns")
        return Around(f"{item} · {where}", pgettext("admission", "Collections"), back)
    back = reverse("admission:campaign", args=[item.id])
    if target is not None:
        return Around(f"{item} · {grid_title(grid_id)} · {target}", item.title, back, back)
    count = item.sent_sheets().filter(grid_id=grid_id).count()
    words = [item.title, grid_title(grid_id), f"{count}/{item.per_grid}" if item.per_grid else ""]
    return Around(" · ".join(filter(None, words)), item.title, back, back, again=item.state == "running")


def another(actor: Actor, access: Access | None, sheet: AnswerSheet) -> AnswerSheet:
    """The next sheet for the same grid. Raises NotThere where nothing is collected any more."""
    if access is None:
        raise NotThere(str(CAMPAIGN.not_there))
    return begin_for(actor, access, uuid4(), kept_on(sheet))


OCCASIONS = tuple(
    OccasionKind(code=code, around=around, sent=count_sheet, another=another) for code in (OCCASION, OCCASION_OF_TARGET)
)


def _begun(request: HttpRequest, row: CampaignGrid | CampaignTarget) -> HttpResponse:
    """Begins a sheet, once for each press, and leads to its pages."""
    access = access_on(request)

    def effect(actor: Actor, uuid: UUID) -> int:
        return begin_for(actor, access, uuid, row).id

    answer = do_once(request, ["campaign", type(row).__name__, row.id], effect)
    sheet = AnswerSheet.objects.get(id=int(answer.body))
    return HttpResponseRedirect(reverse(begins_on(schema_of(sheet.version_id)), args=[sheet.id]))


@require_POST
@staff_page()
def fill_page(request: HttpRequest, item_id: int, grid_id: int) -> HttpResponse:
    """Begins a sheet for a grid."""
    item = running_now(access_on(request), item_id, local_today())
    if item.targets:
        raise NotThere(pgettext("admission", "Choose one of what the campaign looks at."))
    return _begun(request, row_of(item, grid_id))


@require_POST
@staff_page()
def target_page(request: HttpRequest, item_id: int, target_id: int) -> HttpResponse:
    """Begins a sheet about a target, or goes on with it; with `missed` says why it could not be looked at."""
    access = access_on(request)
    item = running_now(access, item_id, local_today())
    target = target_of(item, target_id)
    if "missed" not in request.POST:
        return _begun(request, target)
    if not may_fill_in(item, access):
        raise NotThere(str(CAMPAIGN.not_there))

    def effect(actor: Actor, _uuid: UUID) -> int:
        found = miss(actor, item=item, target_id=target_id, missed=request.POST["missed"])
        done_if_full(item, found.grid_id)
        return found.id

    do_once(request, ["campaign.missed", target.id], effect)
    return HttpResponseRedirect(f"{reverse('admission:campaign', args=[item.id])}#target-{target.id}")


def may_fill_in(item: Campaign, access: Access) -> bool:
    """Whether this person may fill in the form of a campaign that they see."""
    return forms_to_fill(access).filter(id=item.form_id).exists()


RESIDENTS = ResidentForms("campaigns-public", occasion_kind=OCCASION)


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """The campaigns that residents may fill in today."""
    today = local_today()
    rows = Campaign.objects.filter(state="running", for_residents=True, first_day__lte=today, last_day__gte=today)
    return render(request, "admission/public_list.html", {"campaigns": list(rows.order_by("last_day", "id")[:50])})


def _open(item_id: int) -> Campaign:
    try:
        return running_now(None, item_id, local_today())
    except NotThere as refusal:
        raise Http404(refusal.sentence) from None


def public_grids(request: HttpRequest, item_id: int) -> HttpResponse:
    """Which grid: by community, each leads to the form."""
    item = _open(item_id)
    ids = CampaignGrid.objects.filter(item_id=item.id).values_list("grid_id", flat=True)[:MOST_GRIDS_LISTED]
    nodes = sorted((node for node in map(in_force, ids) if node is not None), key=lambda node: node.code)
    if len(nodes) == 1:
        return HttpResponseRedirect(reverse("campaigns-public:begin", args=[item.id, nodes[0].id]))
    by_place: dict[str, list[GridNode]] = {}
    for node in nodes:
        by_place.setdefault(place(node.area_id), []).append(node)
    return render(request, "admission/public_grids.html", {"item": item, "places": list(by_place.items())})


def public_begin(request: HttpRequest, item_id: int, grid_id: int) -> HttpResponseBase:
    """Says somebody without account what is asked, and begins a sheet for a grid."""
    item = _open(item_id)
    grid = in_force(grid_id)
    row = CampaignGrid.objects.filter(item_id=item.id, grid_id=grid_id).first()
    if grid is None or row is None:
        raise Http404
    return RESIDENTS.begin(
        request, Form.objects.filter(id=item.form_id).first(), occasion=occasion_for(row), about=about_of(item, grid_id), area_id=grid.area_id,
        around=_around(None, item, grid_id),
    )  # fmt: skip


app_name = "campaigns-public"
urlpatterns = [
    path("", public_list, name="campaigns"),
    path("<int:item_id>/", page(public_grids), name="grids"),
    path("<int:item_id>/<int:grid_id>/", page(public_begin), name="begin"),
    *RESIDENTS.urls("sheets/"),
]
