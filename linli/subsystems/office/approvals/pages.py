"""The pages of approvals: asking for one, the list, and what the engine makes of the flow."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from linli.core.desk.public import (
    ChoiceFilter,
    DaysFilter,
    DeskForm,
    Empty,
    LineField,
    PhotosField,
    WordsField,
    WordsFilter,
    column_of,
    facts_of,
    person_column,
)
from linli.core.flow.public import ItemPages, Print, begin_page, flow_list
from linli.core.search.public import words_of
from linli.subsystems.office.approvals.flow import APPROVAL
from linli.subsystems.office.approvals.models import Approval, ApprovalKind

COLUMNS = (
    column_of(Approval, "subject", gettext_lazy("What")),
    column_of(Approval, "kind", gettext_lazy("Kind"), css="fixed"),
    column_of(Approval, "amount", gettext_lazy("Amount in yuan"), css="number fixed"),
    person_column("who", gettext_lazy("Asked by"), "begun_by_id", css="fixed"),
    column_of(Approval, "begun_at", gettext_lazy("Asked on"), sort=True, css="fixed col-wide"),
)

PAGES = ItemPages(
    flow=APPROVAL,
    back="office:approvals",
    back_title=gettext_lazy("Approvals"),
    facts=facts_of(*COLUMNS),
    labels={("refuse", "reason"): gettext_lazy("Why not"), ("carry_out", "photo"): gettext_lazy("Invoice or sealed page")},
    dangerous=("refuse", "withdraw"),
    printed=Print(
        title=gettext_lazy("Request for approval"),
        boxes=(
            (gettext_lazy("What for"), ("ask",)),
            (gettext_lazy("Approval"), ("approve", "refuse")),
            (gettext_lazy("Carried out"), ("carry_out",)),
        ),
    ),
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


new_approval = begin_page(PAGES, ApprovalForm, title=gettext_lazy("Ask for approval"))

APPROVALS = flow_list(
    PAGES,
    code="approvals",
    title=gettext_lazy("Approvals"),
    columns=COLUMNS,
    order="-begun_at",
    filters=(
        WordsFilter("q", gettext_lazy("What"), words_of("approvals")),
        ChoiceFilter("kind", gettext_lazy("Kind"), ApprovalKind.choices),
        DaysFilter("asked_on", gettext_lazy("Asked on"), "begun_at"),
    ),
    bulk=("approve", "refuse"),
    new="office:new-approval",
    empty=Empty(gettext_lazy("No request yet"), gettext_lazy("Purchases and uses of the seal that you ask for stand here, and those to decide."), "file-text"),
)  # fmt: skip
