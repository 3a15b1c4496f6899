"""Which flows there are: those of the core and of every installed department, by their descriptors."""

from __future__ import annotations

from functools import cache

from django.core.exceptions import ImproperlyConfigured

from linli.core.flow.definition import AnyFlow, Flow
from linli.core.platform.public import flow_parts


@cache
def flows() -> dict[str, AnyFlow]:
    """Every flow by its code. Raises ImproperlyConfigured for a part of a descriptor that is no flow."""
    found: dict[str, AnyFlow] = {}
    for part in flow_parts():
        if not isinstance(part, Flow):
            raise ImproperlyConfigured(f"{part!r} in `flows` of a descriptor is no Flow.")
        found[part.code] = part
    return found


def small_flows() -> list[AnyFlow]:
    """The flows that keep their timelines in the shared tables."""
    return [flow for flow in flows().values() if flow.tables.shared]
