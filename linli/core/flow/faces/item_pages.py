"""What a department says of the pages of its flow; item_page.py shows an item, dialogs.py its actions, urls.py gives the addresses.

    LEAVES = ItemPages(flow=LEAVE, facts=…, back="office:leaves", back_title=…)
    urlpatterns = [*item_urls(LEAVES, "leave/"), …]

gives `leave/<id>/` (named `leave`), `leave/<id>/do/<action>/` (`leave-do`), `leave/files/<id>/<variant>/` (`leave-file`) and, where items
are printed, `leave/<id>/print/` (`leave-print`). Who may see
an item says the flow; the pages ask for no permission of their own, since whoever began something sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_on, opens_to
from linli.core.flow.definition import AnyFlow
from linli.core.flow.faces.prints import Print
from linli.core.flow.reading import Entry, find
from linli.core.platform.public import NotThere

Text = str | Promise
Facts = Sequence[tuple[Text, Any]]


def nothing_said(_entry: Entry) -> list[str]:
    """For flows whose entries say nothing besides their words."""
    return []


def nothing_more(_item: Any, _access: Access) -> dict[str, Any]:
    """For flows whose page shows nothing of its own."""
    return {}


def nothing_told(_item: Any, _access: Access) -> Facts:
    """For flows with a page of their own."""
    return ()


def nothing_around(_item: Any, _action: str, _access: Access) -> dict[str, Any]:
    """For flows whose dialogs have no parts of their own."""
    return {}


def as_values(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """For flows whose Given is the usual one."""
    return {"values": own}


@dataclass(frozen=True, kw_only=True)
class ItemPages:
    """How the items of a flow are shown.

    back        name of the list that it belongs to, and its words; the page of an item has the name that the flow says, its
                dialogs and files add `-do` and `-file`
    facts       what stands above the timeline: label and value
    said        what an entry of the timeline says besides its words
    fields      fields of dialogs for what the flow's actions take, by the table's name or by (action, name): of all but words and photos,
                and of amounts where the usual field does not do. One with `always` must be filled in although the table leaves it open
    labels      of fields, by name or by (action, name)
    titles      of dialogs, where they say more than the button; `hints` what an action does, above its fields, or a function of the item
    names       what a refusal calls a field → the table's names for which it may stand
    roles       action → what its photos are, where that is not proof
    given       what the flow's own fields gave, as its Given takes it (usual: `values`)
    parts       action → templates in its dialog: above the fields, and below the form; `around` gives what they show
    amount_unit in which amounts of an item are counted, in words
    dangerous   actions that say in red what happens; `quiet` ones stand under 更多
    printed     how an item is printed; its page then leads to `<id>/print/`, a PDF named `-print`
    more        further context for `template`, which extends flow/item.html; a flow with a page of its own gives its whole `context`
    do          name of the address of dialogs, where that is not the page's with `-do`
    """

    flow: AnyFlow
    back: str
    back_title: Text
    facts: Callable[[Any, Access], Facts] = nothing_told
    said: Callable[[Entry], list[str]] = nothing_said
    fields: Mapping[str | tuple[str, str], Callable[[Any, Access], forms.Field]] = field(default_factory=dict)
    labels: Mapping[str | tuple[str, str], Text] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    hints: Mapping[str, Text | Callable[[Any], Text]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    given: Callable[[Mapping[str, Any]], Mapping[str, Any]] = as_values
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    around: Callable[[Any, str, Access], dict[str, Any]] = nothing_around
    amount_unit: Callable[[Any], Text] = lambda _item: ""
    dangerous: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    printed: Print | None = None
    more: Callable[[Any, Access], dict[str, Any]] = nothing_more
    template: str = "flow/item.html"
    context: Callable[..., dict[str, Any]] | None = None
    do: str = ""

    @property
    def name(self) -> str:
        """The name of the page of an item, with its namespace."""
        return self.flow.page

    @property
    def do_name(self) -> str:
        """The name of the address of dialogs."""
        return self.do or f"{self.name}-do"

    def way_back(self, access: Access) -> dict[str, Any]:
        """Where the page leads back to, as its template takes it: to the list, or home for whom the list does not open."""
        if opens_to(access, self.back):
            return {"back_url": reverse(self.back), "back_title": self.back_title}
        return {"back_url": reverse("home"), "back_title": _("Home")}

    def item(self, request: HttpRequest, item_id: int) -> Any:
        """The item of an address. Raises NotThere when it does not exist, or not for this person."""
        item = find(self.flow, access_on(request), item_id)
        if item is None:
            raise NotThere(str(self.flow.not_there))
        return item
