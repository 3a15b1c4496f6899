"""The pages of approvals: asking for one, the list, and what the engine makes of the flow."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, names_of
from linli.core.desk.public import (
    ChoiceFilter,
    Column,
    DaysFilter,
    DeskForm,
    Empty,
    LineField,
    List,
    PhotosField,
    WordsField,
    WordsFilter,
    looked_for_in,
    new_button,
)
from linli.core.flow.public import (
    ItemPages,
    begin_page,
    bulk_step,
    due_column,
    flow_filters,
    state_column,
    with_names,
)
from linli.core.platform.public import Actor
from linli.subsystems.office.approval import APPROVAL, ask_for_approval
from linli.subsystems.office.models import Approval, ApprovalKind


def yuan(approval: Approval) -> str:
    """The amount in words; empty without one."""
    return _("%s yuan") % f"{approval.amount:,.2f}" if approval.amount is not None else ""


def exact(approval: Approval) -> str | None:
    """The amount for a column: a plain number with two digits behind the point."""
    return None if approval.amount is None else f"{approval.amount:.2f}"


def facts(approval: Approval, _access: Access) -> list[tuple[str, str]]:
    """Who asks for what, and what it costs."""
    who = names_of([approval.begun_by_id]).get(approval.begun_by_id, "")
    cost = [(_("Amount"), yuan(approval))] if approval.amount is not None else []
    return [(_("Asked by"), who), (_("Kind"), str(approval.get_kind_display())), (_("What"), approval.subject), *cost]


PAGES = ItemPages(
    flow=APPROVAL,
    back="office:approvals",
    back_title=gettext_lazy("Approvals"),
    facts=facts,
    labels={("refuse", "reason"): gettext_lazy("Why not"), ("carry_out", "photo"): gettext_lazy("Invoice or sealed page")},
    dangerous=("refuse", "withdraw"),
)  # fmt: skip


class ApprovalForm(DeskForm):
    """Something to be approved."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ApprovalKind.choices)
    subject = LineField(label=gettext_lazy("What"), max_length=120)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount in yuan"), max_digits=12, decimal_places=2, min_value=0, required=False,
        help_text=gettext_lazy("Of a purchase."),
    )  # fmt: skip
    note = WordsField(label=gettext_lazy("What for"))
    photos = PhotosField(label=gettext_lazy("Offer, or page to be sealed"))


def ask(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Approval:
    """Asks for an approval."""
    files = tuple({"role": "report", "stored_file_id": one.id} for one in values["photos"])
    given = {name: values[name] for name in ("kind", "subject", "amount", "note")}
    return ask_for_approval(actor, access=access, uuid=uuid, files=files, **given)


new_approval = begin_page(PAGES, ApprovalForm, ask, title=gettext_lazy("Ask for approval"))

APPROVALS = List[Approval](
    code="approvals",
    title=gettext_lazy("Approvals"),
    permission="",
    rows=APPROVAL.visible,
    complete=with_names(who="begun_by_id"),
    address=lambda approval: reverse("office:approval", args=[approval.id]),
    columns=(
        Column("subject", gettext_lazy("What"), lambda approval: approval.subject),
        Column("kind", gettext_lazy("Kind"), lambda approval: str(approval.get_kind_display()), code_of=lambda approval: approval.kind, css="fixed"),
        Column("amount", gettext_lazy("Amount in yuan"), exact, css="number fixed"),
        Column("who", gettext_lazy("Asked by"), lambda approval: approval.__dict__["who"], css="fixed"),
        Column("asked", gettext_lazy("Asked on"), lambda approval: approval.begun_at, sort="begun_at", css="fixed col-wide", kind=datetime),
        due_column(),
        state_column(APPROVAL),
    ),
    order="-asked",
    filters=(
        WordsFilter("q", gettext_lazy("What"), looked_for_in("subject")),
        *flow_filters(APPROVAL),
        ChoiceFilter("kind", gettext_lazy("Kind"), ApprovalKind.choices),
        DaysFilter("asked_on", gettext_lazy("Asked on"), "begun_at"),
    ),
    bulk=(bulk_step(APPROVAL, "approve"), bulk_step(APPROVAL, "refuse", danger=True)),
    empty=Empty(gettext_lazy("No request yet"), gettext_lazy("Purchases and uses of the seal that you ask for stand here, and those to decide."), "file-text"),
    context=new_button("office:new-approval", gettext_lazy("Ask for approval")),
)  # fmt: skip
