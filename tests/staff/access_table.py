"""Who gets what from staffing: only who administers a district puts people on its grids."""

from __future__ import annotations

from linli.core.staff.public import GridAssignment
from tests.access_table import Entry, only
from tests.accounts.access_table import get, post
from tests.api.access_table import GRIDS
from tests.api.access_table import get as ask
from tests.api.access_table import post as send
from tests.city import COMMUNITY, FAR_COMMUNITY, SECOND_COMMUNITY, TestCity


def entries(city: TestCity) -> list[Entry]:
    """The rows of these pages and routes."""
    mine, gone = only(200, "administrator", nobody=302), only(404, "administrator", nobody=302)
    changes, done = only(302, "administrator", nobody=302), only(201, "administrator")
    worker = str(city.users["worker"].id)
    posts = str(GridAssignment.objects.get(user=city.users["worker"]).id)
    give = {"person": worker, "force": "professional", "post": "worker"}
    put = {"username": "worker", "force": "professional"}
    # Whoever works in the street sees its grid; from other streets and districts it is not there.
    sees = only(200, *GRIDS, **dict.fromkeys(("other_worker", "other_acceptance", "far_acceptance"), 404))
    return [
        Entry("staffing", "GET", get("staffing"), mine),
        Entry("staffing", "GET", get("staffing", area=COMMUNITY), mine, note="below"),
        Entry("staffing", "GET", get("staffing", area=FAR_COMMUNITY), gone, note="elsewhere"),
        Entry(
            "staffing-assign", "POST", post("staffing-assign", SECOND_COMMUNITY, grids="G3", **give), changes, note="below"
        ),
        Entry(
            "staffing-assign", "POST", post("staffing-assign", FAR_COMMUNITY, grids="G5", **give), gone, note="elsewhere"
        ),
        Entry("staffing-move", "POST", post("staffing-move", COMMUNITY, posts=posts, what="end"), changes, note="below"),
        Entry("staffing-move", "POST", post("staffing-move", FAR_COMMUNITY, posts=posts, what="end"), gone, note="elsewhere"),
        Entry("api:grid-staff", "GET", ask("grid-staff", "G1"), sees),
        Entry("api:assign-staff", "POST", send("assign-staff", put, "G3"), done, note="below"),
        Entry("api:assign-staff", "POST", send("assign-staff", put, "G5"), only(404, "administrator"), note="elsewhere"),
        Entry("api:end-staff", "POST", send("end-staff", {"username": "worker"}, "G1"), done, note="below"),
        Entry("api:end-staff", "POST", send("end-staff", {"username": "worker"}, "G5"), only(404, "administrator"), note="elsewhere"),
    ]  # fmt: skip
