"""What a department says of the pages of its flow; item_page.py shows an item, dialogs.py its actions, urls.py gives the addresses.

    LEAVES = ItemPages(flow=LEAVE, facts=…, back="office:leaves", back_title=…)
    urlpatterns = [*item_urls(LEAVES, "leave/"), …]

gives `leave/<id>/` (named `leave`), `leave/<id>/do/<action>/` (`leave-do`) and `leave/files/<id>/<variant>/` (`leave-file`). Who may see
an item says the flow; the pages ask for no permission of their own, since whoever began something sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise

from linli.core.access.public import Access, access_on
from linli.core.flow.definition import AnyFlow
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


@dataclass(frozen=True, kw_only=True)
class ItemPages:
    """How the items of a flow are shown.

    back        name of the list that it belongs to, and its words; the page of an item has the name that the flow says, its
                dialogs and files add `-do` and `-file`
    facts       what stands above the timeline: label and value
    said        what an entry of the timeline says besides its words
    fields      fields of dialogs for what the flow's actions take besides words, amounts and photos, by the table's name
    labels      of fields, by name or by (action, name)
    hints       what an action does, above its dialog
    amount_unit in which amounts of an item are counted, in words
    dangerous   actions that say in red what happens; `quiet` ones stand under 更多
    more        further context for `template`, which extends flow/item.html
    """

    flow: AnyFlow
    back: str
    back_title: Text
    facts: Callable[[Any, Access], Facts]
    said: Callable[[Entry], list[str]] = nothing_said
    fields: Mapping[str, Callable[[Any, Access], forms.Field]] = field(default_factory=dict)
    labels: Mapping[str | tuple[str, str], Text] = field(default_factory=dict)
    hints: Mapping[str, Text] = field(default_factory=dict)
    amount_unit: Callable[[Any], Text] = lambda _item: ""
    dangerous: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    more: Callable[[Any, Access], dict[str, Any]] = nothing_more
    template: str = "flow/item.html"

    @property
    def name(self) -> str:
        """The name of the page of an item, with its namespace."""
        return self.flow.page

    def item(self, request: HttpRequest, item_id: int) -> Any:
        """The item of an address. Raises NotThere when it does not exist, or not for this person."""
        item = find(self.flow, access_on(request), item_id)
        if item is None:
            raise NotThere(str(self.flow.not_there))
        return item
