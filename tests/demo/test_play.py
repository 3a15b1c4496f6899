"""People go on working while one looks: played cases go their whole way, and stand back from whoever else acts on them."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import uuid4

import pytest

from linli.core.access.public import access_of
from linli.core.cases.public import Case, CaseEvent, Given, act
from linli.core.platform.public import clock_at, verify
from linli.demo import play
from linli.demo.play import LeftAlone, Play, PlayedLife
from linli.demo.staff import staff_there
from tests.demo.made import PRESENT, MadeCity, plain_picture


@pytest.mark.slow
def test_played_cases_are_reported_handled_and_closed_and_a_viewer_keeps_what_they_took(
    told_city: MadeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = told_city.made
    staff = staff_there(made.city)
    assert set(staff.desks) >= {"acceptance", "dispatcher", "verifier", "supervisor", "leader", "administrator"}
    assert len(staff.workers) == len(made.city.grids) - 2
    known = set(Case.objects.values_list("id", flat=True))
    monkeypatch.setattr(play, "draw_photo", plain_picture)
    with clock_at(PRESENT + timedelta(minutes=5)):
        played = Play(made.city, staff, 60, random.Random(4))
        played.later(0.0, played.next_report)
        for _ in range(160):
            played.step()
        fresh = Case.objects.exclude(id__in=known)
        assert fresh.count() >= 10
        assert {"closed", "reported"} & set(fresh.values_list("state", flat=True))
        assert fresh.filter(state="closed").count() >= 3
        # Nothing that stood there before was touched, and nobody's step lies in another time than now.
        assert not CaseEvent.objects.filter(case_id__in=known, at__gt=PRESENT).exists()
        assert set(CaseEvent.objects.filter(case__in=fresh).values_list("at", flat=True)) == {
            PRESENT + timedelta(minutes=5)
        }
        assert list(verify()) == []
        left_alone(played)


def left_alone(played: Play) -> None:
    """A viewer at the desk files a played case; the play does not go on with it."""
    plan = played.plan()
    while plan.fate != "plain":
        plan = played.plan()
    life = PlayedLife(played.town, plan)
    way = life.way()
    for _ in range(2):
        next(way)
    found = access_of(played.town.staff.desks["acceptance"][1].user_id)
    assert found is not None
    viewer = found[0]
    act(viewer.actor(), life.case.id, "file", Given(category_id=life.category().id), uuid=uuid4(), access=viewer)
    length = CaseEvent.objects.filter(case=life.case).count()
    with pytest.raises(LeftAlone):
        next(way)
    assert CaseEvent.objects.filter(case=life.case).count() == length
