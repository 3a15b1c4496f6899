"""A list of the desk as a route of the API: the same filters, sorts, cursors and rows as its page."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field, create_model

from linli.core.access.public import access_on
from linli.core.desk.lists import PAGE_ROWS, List
from linli.core.platform.public import NotAllowed

MOST_ROWS = 100


def list_route(router: Router, shown: List[Any], path: str, *, name: str, operation: str, summary: str) -> None:
    """Adds `GET path` to a router: one page of the list, described by its filters and columns.

    `name` is the route's name, `operation` its id in the description. Answers 422 for a filter, sort or cursor that is not
    understood, 403 without the permission of the list.
    """
    words: Any = (str, "")
    asked: Any = create_model(
        f"{operation}Query",
        __base__=Schema,
        **{one.code: words for one in shown.filters},
        sort=words,
        cursor=words,
        limit=(int, Field(PAGE_ROWS, ge=1, le=MOST_ROWS)),
    )
    columns = {column.code: (column.sent_kind | None, None) for column in shown.data_columns}
    row: Any = create_model(f"{operation}Row", __base__=Schema, id=(int, ...), **columns)  # type: ignore[call-overload]
    page: Any = create_model(f"{operation}Page", __base__=Schema, items=(list[row], ...), next=(str | None, None))

    def rows(request: HttpRequest, given: Any = Query(...)) -> HttpResponse:  # type: ignore[type-arg]  # noqa: B008
        """One page of the list; `next` is the cursor of the following one, null at the end."""
        access = access_on(request)
        if not access.may(shown.permission):
            raise NotAllowed(_("Your role does not open this."))
        sent = {key: str(value) for key, value in given.dict().items() if key != "limit"}
        body = shown.data(access, sent, given.limit)
        answer = HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    rows.__annotations__["given"] = asked  # made here, so it cannot stand above
    router.get(path, response={200: page}, url_name=name, operation_id=operation, summary=summary)(rows)
