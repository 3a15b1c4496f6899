"""Reads request bodies at the door: JSON that is JSON, of a size that a form can have. Files go through files.py."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.types import DictStrAny

MAX_JSON_BYTES = 256 * 1024


class BodyRefused(Exception):
    """A body that is not read: `status` 400, 413 or 415 and a sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


class StrictParser(Parser):
    """Takes application/json only, strict JSON only, and keeps what it parsed for the idempotency protocol."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        if (request.content_type or "").lower() != "application/json":
            raise BodyRefused(415, "not_json", _("Send the body as application/json."))
        if len(request.body) > MAX_JSON_BYTES:
            raise BodyRefused(
                413, "too_large", _("The body is larger than %s kB; shorten it.") % (MAX_JSON_BYTES // 1024)
            )
        try:
            parsed = json.loads(request.body.decode(), parse_constant=_no_constant, object_pairs_hook=_no_name_twice)
        except NameTwice as twice:
            sentence = _("The name “%s” stands twice in the body; send it once.") % twice.name[:40]
            raise BodyRefused(400, "name_twice", sentence) from None
        except (ValueError, RecursionError):
            raise BodyRefused(400, "not_json", _("The body is not JSON; check quotes, commas and brackets.")) from None
        request.parsed_body = parsed  # type: ignore[attr-defined]
        return parsed  # type: ignore[no-any-return]


class NameTwice(Exception):
    """A name stands twice in one object: readers disagree on which of the two counts."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NameTwice(name)
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
