"""What the department tells of itself in the demo city stands where it says, in as many states as there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.core.platform.public import verify
from linli.demo.simulation import Simulation
from linli.subsystems.admission.campaigns.progress import by_grid
from linli.subsystems.admission.demo import ASKED, ways
from linli.subsystems.admission.grid_rows import counted, tasks_of
from linli.subsystems.admission.models import Campaign
from linli.subsystems.admission.public import ADMISSION, Admission
from linli.subsystems.office.tests.test_demo import PRESENT, Town
from tests.city import TestCity

from .test_targets import premises_at


@pytest.mark.slow
def test_everything_that_is_told_happens_and_stands_where_it_says(city: TestCity) -> None:
    premises_at(city, "S1", "渡口水果店")
    premises_at(city, "S2", "江边小吃")
    simulation = Simulation(PRESENT - timedelta(days=70), PRESENT)
    for way in ways(Town(city)):
        simulation.begin(way)
    simulation.run()
    assert dict(Admission.objects.values_list("title", "state")) == {row.title: row.stands for row in ASKED}
    figures = counted(tasks_of(ADMISSION, list(Admission.objects.values_list("id", flat=True))), "about_flow")[0]
    assert (figures["done"] > 0, figures["hours"] > 0) == (True, True)
    running, over, looked = (Campaign.objects.get(title__contains=words) for words in ("电梯", "排水口", "沿街场所"))
    assert (running.state, over.state, looked.state) == ("running", "closed", "running")
    assert sum(one.done for one in by_grid(running)) > 1
    assert sum(one.by_residents for one in by_grid(running)) > 0
    assert not any(one.behind for one in by_grid(over))
    (row,) = [one for one in by_grid(looked) if one.wanted]
    assert 0 < row.done + row.missed < row.wanted
    assert not list(verify())
