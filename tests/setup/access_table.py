"""Who gets what from the list of what a city needs: whoever administers a part of it."""

from __future__ import annotations

from tests.access_table import Entry, only
from tests.accounts.access_table import get
from tests.city import TestCity


def entries(city: TestCity) -> list[Entry]:
    """The rows of these pages."""
    del city
    mine = only(200, "administrator", nobody=302)
    return [
        Entry("setup", "GET", get("setup"), mine),
        Entry("setup-example", "GET", get("setup-example", "units.csv"), mine),
        Entry(
            "setup-example",
            "GET",
            get("setup-example", "none.csv"),
            only(404, "administrator", nobody=302),
            note="none",
        ),
    ]
