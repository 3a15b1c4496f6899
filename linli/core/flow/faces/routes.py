"""The API of every flow that has pages, below `/flows/`: read an item and its timeline, begin one, act, see its files.

Made from the flow and from what its department says of its pages, so no department writes any of it. What is judged is judged by the
forms of the pages; what may be done says the engine, as for a page.
"""

# No `annotations` of the future here: the framework reads those of the routes, and some are made here.

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import strip_tags
from django.utils.translation import override
from ninja import Path, Router
from pydantic import BaseModel, Field, create_model

from linli.core.access.public import Access
from linli.core.api.public import (
    BYTES,
    VARIANTS,
    Body,
    Handle,
    Id,
    Key,
    Note,
    answer,
    carried_out,
    file_answer,
    person,
    require,
    staff_actor,
    staff_caller,
    stated,
)
from linli.core.desk.public import List, body_of, judged, list_at, sent_of, told_of
from linli.core.flow.act import act, row_for
from linli.core.flow.allowed import possible, requests_of
from linli.core.flow.clocks import clocks_of
from linli.core.flow.faces.dialogs import ROLES, form_of
from linli.core.flow.faces.files import stored_file
from linli.core.flow.faces.item_pages import ItemPages, Text
from linli.core.flow.faces.offered import Beginning, beginnings, offered
from linli.core.flow.faces.shapes import (
    FlowList,
    ItemShape,
    MovedShape,
    TimelineShape,
    clock_out,
    file_out,
    flow_out,
    item_out,
    moved_out,
    request_out,
    timeline_out,
    transition_out,
)
from linli.core.flow.given import refuse_names
from linli.core.flow.parts import Who
from linli.core.flow.reading import entries, timeline_of
from linli.core.platform.public import Refusal, Work

Scalar = Annotated[str, Field(max_length=2000)] | bool | Annotated[float, Field(allow_inf_nan=False)]
Own = Scalar | Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)] | None
# What an action may bring, as the table calls it; everything else is a field of the department.
KNOWN: Mapping[str, tuple[Any, Any]] = {
    "reason": (Note, ""),
    "note": (Note, ""),
    "amount": (Annotated[float, Field(ge=0, le=99_999, allow_inf_nan=False)] | None, None),
    **dict.fromkeys(ROLES, (Annotated[list[Handle], stated(maxItems=4)], [])),
}
Seen = Annotated[int, Field(ge=1, le=2**31 - 1)] | None
SEEN: tuple[Any, Any] = (
    Seen,
    Field(
        None,
        description="`seq` of the item as you saw it: if somebody acted since, nothing happens and 409 tells what.",
    ),
)
ItemId = Annotated[Id, Path()]
Variant = Annotated[Literal[VARIANTS], Path()]  # type: ignore[valid-type]


def flow_router() -> Router:
    """The routes of every flow whose pages have addresses by now."""
    router, shown = Router(tags=["flows"]), {pages.flow.code: pages for pages in offered()}
    _shared(router, shown)
    for pages in shown.values():
        _item(router, pages)
        _act(router, pages)
        for beginning in beginnings(pages.flow.code):
            _begin(router, beginning)
    return router


def _camel(*codes: str) -> str:
    return "".join(part.capitalize() for code in codes for part in code.split("_"))


def _one_of(codes: Iterable[str], said: str) -> Any:
    """The type of a part of an address that is one of these."""
    place: Any = Path(description=said)  # type: ignore[type-arg]
    return Annotated[Literal[tuple(codes)], place]


def _shared(router: Router, shown: Mapping[str, ItemPages]) -> None:
    """What is the same for all flows: the tables, a timeline, a file."""

    def flows(request: HttpRequest) -> HttpResponse:
        """Their states, and the tables by which items move: what may happen in which state, who may, what they give."""
        person(request)
        return answer({"flows": [flow_out(pages.flow) for pages in shown.values()]})

    def timeline(request: HttpRequest, flow: str, item_id: ItemId) -> HttpResponse:
        """Everything that happened, oldest first."""
        pages = shown[flow]
        item = pages.item(request, item_id)
        key = pages.flow.key_of(item.id)
        files = list(pages.flow.tables.file._default_manager.filter(**key).order_by("id"))
        return answer(timeline_out(pages.flow, entries(timeline_of(pages.flow.tables, key), files)))

    def file(
        request: HttpRequest,
        flow: str,
        file_id: ItemId,
        variant: Variant,
    ) -> HttpResponseBase:
        """For who may see the item. `display` and `thumb` are re-encoded without metadata, `received` is as it was sent."""
        return file_answer(request, stored_file(shown[flow], person(request), file_id), variant)

    router.get("", response={200: FlowList}, url_name="flows", operation_id="listFlows", summary="The flows")(flows)
    if not shown:  # the core without departments
        return
    for view in (timeline, file):
        view.__annotations__["flow"] = _one_of(shown, "A flow of GET /flows.")
    router.get(
        "/{flow}/{int:item_id}/timeline",
        response={200: TimelineShape},
        url_name="flow-timeline",
        operation_id="getFlowTimeline",
        summary="The timeline of an item",
    )(timeline)
    router.get(
        "/{flow}/files/{int:file_id}/{variant}",
        url_name="flow-file",
        operation_id="getFlowFile",
        summary="See a file of an item",
        openapi_extra=BYTES,
    )(file)


def _item(router: Router, pages: ItemPages) -> None:
    """One item, with what the person may do with it now."""
    flow, shape = pages.flow, _shape_of(pages)

    def item(request: HttpRequest, item_id: ItemId) -> HttpResponse:
        """As it stands: state, facts, files, clocks, requests, and what may be done with it now."""
        access, found = person(request), pages.item(request, item_id)
        files = flow.tables.file._default_manager.filter(**flow.key_of(found.id), stored_file_id__isnull=False)
        return answer(
            {
                **item_out(flow, found),
                "facts": [{"label": str(label), "value": _words(value)} for label, value in pages.facts(found, access)],
                "columns": _columns(pages, found, access),
                "files": [file_out(one) for one in files.order_by("id")],
                "clocks": [clock_out(one) for one in clocks_of(flow, found).order_by("id")],
                "requests": [request_out(one) for one in requests_of(flow, found)],
                "possible": [transition_out(flow, row) for row in possible(flow, found, Who(access))],
            }
        )

    router.get(
        f"/{flow.code}/{{int:item_id}}",
        response={200: shape},
        url_name=f"flow-{flow.code}",
        operation_id=f"get{_camel(flow.code)}",
        summary=f"{_both(flow.title)}: one",
    )(item)


def _both(words: Text) -> str:
    """Words in the two languages, for the description, which is made once for all readers."""
    said = []
    for language in ("en", "zh-hans"):
        with override(language):
            said.append(str(words))
    return " ".join(dict.fromkeys([said[0][:1].upper() + said[0][1:], said[1]]))


def _shape_of(pages: ItemPages) -> type[BaseModel]:
    """ItemShape with the columns of the list that the items stand in, typed as its route has them."""
    listed, name = list_at(pages.back), _camel(pages.flow.code)
    kinds: Any = {column.code: (column.sent_kind | None, None) for column in listed.data_columns} if listed else {}
    columns: Any = create_model(f"{name}Columns", **kinds)
    said = Field(description="What its list says of it, as in the route of the list; null where it has none.")
    return create_model(f"{name}Item", __base__=ItemShape, columns=(columns | None, said))


def _columns(pages: ItemPages, item: Any, access: Access) -> dict[str, Any] | None:
    listed: List[Any] | None = list_at(pages.back)
    if listed is None or listed.rows(access).model is not type(item):
        return None
    return listed.values_of(listed.completed(access, [item])[0])


def _words(value: Any) -> str:
    return strip_tags(value) if hasattr(value, "__html__") else "" if value is None else str(value)


def _act(router: Router, pages: ItemPages) -> None:
    """One action of the table."""
    flow = pages.flow
    rows = [row for row in flow.rows if row.state and any(one != "system" for one in row.who)]
    by_hand = tuple(dict.fromkeys(row.action for row in rows))
    names = sorted({name for row in rows for name in row.given})
    kinds: dict[str, Any] = {"seen_seq": SEEN} | {name: KNOWN.get(name, (Own, None)) for name in names}
    body_type = create_model(f"{_camel(flow.code)}Given", __base__=Body, **kinds)

    def do(request: HttpRequest, key: Key, item_id: ItemId, action: Any, body: Any) -> HttpResponse:
        """Does one action of the table. 409 tells when it is not possible now, or what somebody did meanwhile."""
        access, caller = person(request), staff_caller(request)

        def effect(work: Work) -> dict[str, Any]:
            found = pages.item(request, item_id)
            row, _relation, _standing_as = row_for(flow, found, action, Who(access), body.seen_seq)
            refuse_names(row, (name for name in names if getattr(body, name) not in (None, "", [])))
            form = form_of(pages, request, found, row, _sender(body, caller))
            judged(form)
            try:
                done = act(
                    flow, work.actor, item_id, action, form.given(row), uuid=key, access=access, seen_seq=body.seen_seq
                )
            except Refusal as refusal:
                raise told_of(form, refusal) from None
            return moved_out(done)

        return carried_out(request, actor=staff_actor(request), key=key, effect=effect)

    do.__annotations__["action"] = _one_of(by_hand, "An action of its table, see GET /flows.")
    do.__annotations__["body"] = body_type
    router.post(
        f"/{flow.code}/{{int:item_id}}/actions/{{action}}",
        response={201: MovedShape},
        url_name=f"flow-{flow.code}-act",
        operation_id=f"actOn{_camel(flow.code)}",
        summary=f"{_both(flow.title)}: act on it",
    )(do)


def _sender(body: Body, caller: str) -> Callable[[Mapping[str, forms.Field]], Any]:
    return lambda fields: sent_of(fields, body, caller)


def _begin(router: Router, beginning: Beginning) -> None:
    """The form by which an item begins."""
    flow, form_class, names = beginning.pages.flow, beginning.form, _camel(beginning.pages.flow.code, beginning.action)
    body_type = body_of(f"{names}Form", form_class.base_fields)

    def begin(request: HttpRequest, key: Key, body: Any) -> HttpResponse:
        """Begins one, by the same form as on the page."""
        access = require(request, beginning.permission) if beginning.permission else person(request)
        caller = staff_caller(request)

        def effect(work: Work) -> dict[str, Any]:
            form = form_class(request, sent=sent_of(form_class.base_fields, body, caller))
            values = judged(form)
            try:
                return moved_out(beginning.begin(work.actor, access, key, values))
            except Refusal as refusal:
                raise told_of(form, refusal) from None

        return carried_out(request, actor=staff_actor(request), key=key, effect=effect)

    begin.__annotations__["body"] = body_type
    router.post(
        f"/{flow.code}/actions/{beginning.action}",
        response={201: MovedShape},
        url_name=f"flow-{flow.code}-{beginning.action}",
        operation_id=f"begin{names}",
        summary=f"{_both(flow.title)}: {_both(flow.titles[beginning.action])}",
    )(begin)
