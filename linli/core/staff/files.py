"""The ledger of staff: by which contract somebody works in the grids, until when, with which certificate.

A contract and a certificate are looked at 30 days before they end, a probation a week before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, names_of
from linli.core.desk.public import PersonField, person_column
from linli.core.grids.public import main_layer
from linli.core.ledger.public import Kept, Ledger, address, seen
from linli.core.platform.public import listed
from linli.core.staff.models import Post, StaffFile
from linli.core.staff.selectors import grids_of, staff_of

RENEW_DAYS = 30


def works_in(record: Any, _access: Access) -> Sequence[tuple[str, str]]:
    """The grids in which somebody has a post, for the page of their file."""
    layer = main_layer()
    if record.user_id is None or layer is None:
        return [(_("Works in"), "")]
    posts = [
        f"{layer.nodes[grid_id].title} · {Post(one.post).label}"
        for grid_id in grids_of(record.user_id)
        if grid_id in layer.nodes
        for one in staff_of(grid_id)
        if one.user_id == record.user_id
    ]
    return [(_("Works in"), listed(posts))]


def account_words(user_id: Any) -> str:
    """The name of an account."""
    return names_of([int(user_id)]).get(int(user_id), "")


STAFF_FILES = Ledger(
    code="staff_file",
    titles={"zh-hans": "人员档案", "en": "Staff files"},
    one={"zh-hans": "人员档案", "en": "Staff file"},
    model=StaffFile,
    kept=(
        Kept("name", gettext_lazy("Name"), needed=True),
        Kept(
            "user_id", gettext_lazy("Account"), form=PersonField, value_of=lambda one: one.user_id, shown=account_words
        ),
        Kept("employment", gettext_lazy("Works here"), needed=True, days=365, listed=True),
        Kept("contract_from", gettext_lazy("Contract from"), listed=True),
        Kept("contract_until", gettext_lazy("Contract until"), before=RENEW_DAYS, listed=True),
        Kept("probation_until", gettext_lazy("Probation until"), before=7),
        Kept("insured", gettext_lazy("Insured against accidents"), days=365, listed=True),
        Kept("certificate", gettext_lazy("Number of the certificate")),
        Kept("certificate_until", gettext_lazy("Certificate until"), before=RENEW_DAYS),
    ),
    columns=(person_column("account", gettext_lazy("Account"), "user_id"),),
    facts=works_in,
    icon="clipboard",
    order=230,
)


def file_of_person(access: Access, user: Any) -> Mapping[str, object] | None:
    """The file of an account, for its page."""
    rows = list(seen(STAFF_FILES, access).filter(user_id=user.id)[:1])
    lines = [
        {
            "title": STAFF_FILES.heading(one),
            "url": address(STAFF_FILES, one.id),
            "disputed": one.disputes > 0,
            "old": False,
        }
        for one in rows
    ]
    return {"lines": lines} if lines else None
