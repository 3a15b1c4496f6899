"""The texts of messages, registered by the areas that send them; sending.py renders them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.functional import Promise

CHANNELS = ("mail", "sms", "push")


class _Template(NamedTuple):
    subject: str | Promise
    body: str | Promise


_templates: dict[str, _Template] = {}


def message_template(name: str, subject: str | Promise, body: str | Promise) -> None:
    """Registers a text: gettext_lazy sentences with %(name)s places. The same again changes nothing.

    `subject` is the mail's subject and the push's title; a text message has the body only.
    """
    given = _Template(subject, body)
    known = _templates.get(name)
    if known is not None and (str(known.subject), str(known.body)) != (str(subject), str(body)):
        raise ValueError(f"The message template {name!r} already has another text; choose another name.")
    _templates[name] = given


def check_sendable(channel: str, template: str) -> None:
    """Raises LookupError for a channel or template that does not exist: a slip in the code, found before it is kept."""
    if channel not in CHANNELS:
        raise LookupError(f"No channel {channel!r}; there are {', '.join(CHANNELS)}.")
    if template not in _templates:
        raise LookupError(f"No message template {template!r}; register it with message_template().")


def render(template: str, language: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body in `language`. Raises KeyError for a template or a parameter that is missing."""
    found = _templates[template]
    with translation.override(language):
        return str(found.subject) % params, str(found.body) % params
