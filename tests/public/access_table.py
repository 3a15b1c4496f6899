"""Who gets what from the residents' pages: everybody the same, signed in or not; only the start leads the staff home."""

from __future__ import annotations

from django.urls import reverse

from linli.algorithms.tracking import grouped
from linli.core.cases.public import CaseFile
from tests.access_table import Entry, each
from tests.accounts.access_table import get, post
from tests.city import COMMUNITY, TestCity


def entries(city: TestCity) -> list[Entry]:
    """The rows of this surface."""
    number = grouped(city.bring_to("closed").tracking)
    photo = CaseFile.objects.filter(is_public=True).latest("id")
    everybody, led = each(200, nobody=200), each(302, nobody=302)
    report = {"description": "路灯不亮", "area_code": COMMUNITY}
    return [
        Entry("start", "GET", get("start"), each(302, nobody=200)),
        Entry("public-report", "GET", get("public-report"), everybody),
        Entry("public-report", "POST", post("public-report", **report), led),
        Entry("public-kinds", "POST", post("public-kinds", description="路灯不亮"), everybody),
        Entry("place", "GET", lambda client: client.get(reverse("place"), {"lon": 115.005, "lat": 30.005}), everybody),  # type: ignore[arg-type, return-value]
        Entry("place-ground", "GET", get("place-ground"), everybody),
        Entry("track", "GET", get("track"), everybody),
        Entry("track-case", "GET", get("track-case", number), everybody),
        Entry("track-case", "GET", get("track-case", "0000-0000-0000"), each(404, nobody=404), note="no such number"),
        Entry("track-rate", "POST", post("track-rate", number, score="5"), led),
        Entry("track-reopen", "POST", post("track-reopen", number, reason="x"), each(409, nobody=409), note="not rated"),
        Entry(
            "track-photo", "GET", get("track-photo", number, photo.id, "display"), each(404, nobody=404),
            note="no bytes behind it; the photo itself is asked for in test_track.py",
        ),
        Entry("style", "GET", get("style"), everybody, note="only in demo and test mode"),
        Entry("style-public", "GET", lambda client: client.get(reverse("style-public")), everybody),  # type: ignore[arg-type, return-value]
    ]  # fmt: skip
