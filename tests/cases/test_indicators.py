"""The standard indicators, against a month whose figures are known and against cases made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.core.areas.public import area_tree
from linli.core.cases.public import CASE_INDICATORS, Case, CaseClock, IndicatorScope
from linli.core.platform.public import Indicator, insert_rows
from tests.city import OTHER_COMMUNITY, OTHER_STREET, STREET, TestCity

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
MIDDLE, BEFORE, AFTER = datetime(2026, 3, 15, tzinfo=UTC), SINCE - timedelta(days=5), UNTIL + timedelta(days=2)
BY_CODE: dict[str, Indicator] = {one.code: one for one in CASE_INDICATORS}


def keep(city: TestCity, count: int = 1, *, area: str = "990101001001", **columns: Any) -> list[int]:
    """So many cases with these columns, straight into the table; by default reported in the middle of the month."""
    given = {
        "state": "reported",
        "source": "resident",
        "unit_id": city.units["street_centre"].id,
        "reported_at": MIDDLE,
    } | columns
    scope = area_tree().scope_columns(city.areas[area].id)
    return insert_rows(Case, [{**scope, "uuid": uuid4(), "tracking": uuid4().hex[:16], **given} for _ in range(count)])


def figure(city: TestCity, code: str, who: str = "leader", **scope: Any) -> tuple[float, float]:
    return BY_CODE[code].compute(IndicatorScope(city.access[who], SINCE, UNTIL, **scope))


def test_a_month_of_a_real_small_city_comes_out_as_it_was_published(city: TestCity) -> None:
    """Accepted 1,054, filed 996, due 972, closed 911 (93.72 %), in time 737 (75.82 %)."""
    filed: dict[str, Any] = {"filed_at": MIDDLE, "dispatched_at": MIDDLE}
    done: dict[str, Any] = filed | {
        "handle_due_at": MIDDLE,
        "handled_at": MIDDLE,
        "closed_at": MIDDLE,
        "state": "closed",
    }
    keep(city, 737, **done, in_time=True)
    keep(city, 911 - 737, **done, in_time=False)
    keep(city, 972 - 911, **filed, handle_due_at=MIDDLE, state="handling")
    keep(city, 996 - 972, **filed, handle_due_at=AFTER, state="handling")  # filed, not due within the month
    keep(city, 1054 - 996, state="rejected")
    assert figure(city, "filing") == (996, 1054)
    assert figure(city, "closing") == (911, 972)
    assert figure(city, "in_time_closing") == (737, 972)
    assert [
        round(100 * some / base, 2) for some, base in (figure(city, "closing"), figure(city, "in_time_closing"))
    ] == [93.72, 75.82]


def test_only_what_is_due_in_the_period_counts_and_only_what_was_closed_by_its_end(city: TestCity) -> None:
    keep(city, filed_at=MIDDLE, handle_due_at=UNTIL, handled_at=MIDDLE, closed_at=MIDDLE, in_time=True, state="closed")
    keep(city, filed_at=BEFORE, handle_due_at=SINCE, handled_at=MIDDLE, closed_at=UNTIL, in_time=True, state="closed")
    keep(city, filed_at=MIDDLE, handle_due_at=MIDDLE, state="void")
    assert figure(city, "in_time_closing") == (0, 1)
    assert figure(city, "in_time_handling") == (0, 1)


def test_handled_in_time_and_within_hours_and_days(city: TestCity) -> None:
    hours = timedelta(hours=1)
    common: dict[str, Any] = {"filed_at": MIDDLE, "handle_due_at": MIDDLE + 10 * hours, "state": "handled"}
    keep(city, kind="matter", handled_at=MIDDLE + 8 * hours, **common)
    keep(city, kind="matter", handled_at=MIDDLE + 9 * hours, **common)
    keep(city, kind="component", handled_at=MIDDLE + 72 * hours, rework_count=1, **common)
    keep(city, kind="component", handled_at=MIDDLE + 73 * hours, **common)
    assert figure(city, "matters_8h") == (1, 2)
    assert figure(city, "components_3d") == (1, 2)
    assert figure(city, "in_time_handling") == (2, 4)
    assert figure(city, "rework") == (1, 4)


def test_filing_and_verifying_in_time_are_read_from_their_clocks(city: TestCity) -> None:
    cases = keep(city, 3, filed_at=MIDDLE, state="filed")
    for case_id, stage, stopped in (
        (cases[0], "file", MIDDLE), (cases[1], "file", MIDDLE + timedelta(minutes=1)), (cases[0], "verify", MIDDLE),
        (cases[1], "verify", None), (cases[2], "verify", MIDDLE + timedelta(minutes=1)),
    ):  # fmt: skip
        insert_rows(
            CaseClock,
            [{
                "home_district": "990101000000", "case_id": case_id, "stage": stage, "amount": 2, "unit": "work_hour",
                "amber_share": "0.8", "intervals": [], "started_at": MIDDLE, "due_at": MIDDLE, "amber_at": MIDDLE,
                "provisional": False, "stopped_at": stopped,
            }],
        )  # fmt: skip
    assert figure(city, "in_time_filing") == (2, 3)  # the third was filed on the spot, without a clock of acceptance
    assert figure(city, "in_time_verifying") == (1, 3)


def test_satisfaction_counts_who_rated(city: TestCity) -> None:
    for stars in (5, 4, 3, None):
        keep(city, filed_at=MIDDLE, closed_at=MIDDLE, rating=stars, state="closed")
    assert figure(city, "satisfaction") == (2, 3)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_without_cases_a_figure_has_no_base(city: TestCity, code: str) -> None:
    assert figure(city, code) == (0, 0)


def test_figures_are_of_what_one_may_see_and_of_the_area_asked_for(city: TestCity) -> None:
    keep(city, 2, filed_at=MIDDLE)
    keep(city, 5, area=OTHER_COMMUNITY, filed_at=MIDDLE)
    assert figure(city, "filing", "leader") == (2, 2)
    assert figure(city, "filing", "auditor") == (7, 7)
    assert figure(city, "filing", "administrator") == (0, 0)
    assert figure(city, "filing", "auditor", area_id=city.areas[OTHER_STREET].id) == (5, 5)
    assert figure(city, "filing", "leader", area_id=city.areas[OTHER_STREET].id) == (0, 0)
    assert figure(city, "filing", "leader", area_id=city.areas[STREET].id) == (2, 2)


def test_a_case_that_went_through_the_loop_counts_where_it_should(city: TestCity) -> None:
    case = city.bring_to("closed")
    assert case.handle_due_at is not None
    scope = IndicatorScope(
        city.access["leader"], case.reported_at - timedelta(days=1), case.handle_due_at + timedelta(days=1)
    )
    figures = {code: one.compute(scope) for code, one in BY_CODE.items()}
    assert {code for code, base in figures.items() if base[1] == 0} == {"satisfaction", "components_3d"}
    codes = ("in_time_closing", "closing", "in_time_filing", "rework")
    assert [figures[code] for code in codes] == [(1, 1), (1, 1), (1, 1), (0, 1)]
