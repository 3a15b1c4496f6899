"""What docs/security.md says of the doors that need no account: each stands there, with the limit that the code has."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from linli.web.api.public_reports import LIMITS
from linli.web.public.urls import public_urls

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
DOORS = {
    "public-report": "/report/",
    "public-file": "/api/v1/public/files",
    "public-kinds": "/report/kinds/",
    "place": "/place/",
    "tracking": "/track/",
    "tracking-photo": "/track/…/photos/",
}


def rows() -> list[tuple[set[str], str]]:
    """The addresses of each row's first column, and the whole row."""
    part = PAGE.read_text(encoding="utf-8").partition("## What a stranger may cost")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [(set(re.findall(r"`(/[^`]*)`", line.split("|")[1])), line) for line in lines]


def test_every_address_of_the_residents_pages_stands_in_the_table() -> None:
    named = set().union(*(paths for paths, _row in rows()))
    for one in public_urls:
        plain = "/" + str(one.pattern).partition("<")[0]
        assert plain in named, plain


def test_the_limits_in_the_table_are_those_of_the_code() -> None:
    assert DOORS.keys() == LIMITS.keys()
    for bucket, door in DOORS.items():
        times, per = LIMITS[bucket]
        assert per == timedelta(minutes=10)
        told = [row for paths, row in rows() if door in paths]
        assert any(re.search(rf"\b{times}\b[^|;]* in ten minutes", row) for row in told), (bucket, told)
