"""Keeps views of lists under a name, for oneself or for one's unit, and reads them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.fields import LineField
from linli.core.desk.forms import DeskForm
from linli.core.desk.models import SavedView
from linli.core.platform.public import Actor, NotThere, Refusal, row_uuid, write

MOST_VIEWS = 30


class SaveViewForm(DeskForm):
    """The name of a view, and who sees it."""

    name = LineField(label=gettext_lazy("Name of the view"), max_length=60)
    shared = forms.BooleanField(label=gettext_lazy("My unit sees it too"), required=False)


def views_of(access: Access, code: str) -> QuerySet[SavedView]:
    """The views of a list that this person kept, and those that somebody shares in their unit; by name."""
    seen = Q(owner_id=access.user_id)
    if access.unit_id is not None:
        seen |= Q(unit_id=access.unit_id)
    return SavedView.objects.filter(seen, list_code=code).select_related("owner").order_by("name", "id")


def save_view(
    actor: Actor, *, access: Access, uuid: UUID, code: str, name: str, query: str, shared: bool = False
) -> SavedView:
    """Keeps a view; one's own of the same name is replaced. Raises Refusal for too many."""
    with write(actor) as work:
        own = SavedView.objects.filter(owner_id=access.user_id, list_code=code)
        if own.exclude(name=name).count() >= MOST_VIEWS:
            raise Refusal(_("You have kept %s views of this list; drop one that is not used any more.") % MOST_VIEWS)
        own.filter(name=name).delete()
        view = SavedView.objects.create(
            uuid=row_uuid(work.actor, uuid), list_code=code, name=name, query=query[:1000], owner_id=access.user_id,
            unit_id=access.unit_id if shared else None, made_at=work.now,
        )  # fmt: skip
        if shared:
            work.audit("city", "view.share", "saved_view", view.id, {"list": code, "unit": access.unit_id})
    return view


def drop_view(actor: Actor, *, access: Access, code: str, view_id: int) -> None:
    """Drops a view of one's own. Raises NotThere for one that is not."""
    with write(actor):
        if not SavedView.objects.filter(id=view_id, owner_id=access.user_id, list_code=code).delete()[0]:
            raise NotThere(_("There is no such view of yours."))
