"""One grid of a set as it comes in and as it stands: a parsed row. files.py parses rows, services.py publishes them,
differences.py holds them against what is in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class GridRow:
    """One parsed grid: code, polygon (WKB, WGS 84), a point inside, the area it lies in, what it is."""

    code: str
    polygon: bytes
    lon: float
    lat: float
    area_id: int
    name: str
    kind: str = "comprehensive"
    purpose: str = ""
    names: dict[str, str] = field(default_factory=dict)
    households: int | None = None
    people: int | None = None

    def facts(self) -> tuple[Any, ...]:
        """What makes a shape: two rows with equal facts are the same shape."""
        return (
            self.polygon, self.kind, self.purpose, self.name, self.names, self.households, self.people, self.area_id,
        )  # fmt: skip


def content_digest(rows: Iterable[GridRow]) -> str:
    """SHA-256 over the facts of all grids in the order of their codes."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.code):
        facts = [row.code, row.area_id, row.polygon.hex(), *row.facts()[1:-1]]
        digest.update(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()
