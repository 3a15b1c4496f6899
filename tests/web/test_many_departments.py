"""What thirty departments bring stands on the pages of the core without pushing its work away, and nothing of it is dropped."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.platform.public import MenuEntry, Panel, Tile
from linli.web.templatetags import blocks
from linli.web.workbench import home, menu
from tests.access_table import signed_in
from tests.city import TestCity

MANY = range(30)


def titles(number: int) -> dict[str, str]:
    return {"zh-hans": f"部门{number:02d}", "en": f"Department {number:02d}"}


def test_tiles_beyond_the_first_open_below_and_those_that_alarm_come_first(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles = tuple(
        Tile(
            code=f"d{number}", titles=titles(number), permission="", url_name="home", count=lambda _access: 7,
            alarming=number == 29,
        )
        for number in MANY
    )  # fmt: skip
    monkeypatch.setattr(home, "parts", lambda kind: tiles if kind is Tile else ())
    page = signed_in(Client(), city.users["supervisor"]).get("/home/").content.decode()
    above, _fold, below = page.partition('<details class="figures-more">')
    assert re.findall(r"部门\d\d", above) == ["部门29", "部门00", "部门01"]
    assert re.findall(r"部门\d\d", below) == [f"部门{number:02d}" for number in range(2, 29)]
    assert "另有 27 项数据" in below


def test_panels_beyond_the_first_show_their_titles_and_open_when_asked(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels = tuple(
        Panel(
            on="case", code=f"d{number}", titles=titles(number), permission="", template="example/panel.html",
            content=lambda _access, _case: {"notes": []},
        )
        for number in MANY
    )  # fmt: skip
    monkeypatch.setattr(blocks, "parts", lambda kind: panels if kind is Panel else ())
    case = city.bring_to("filed")
    page = signed_in(Client(), city.users["supervisor"]).get(reverse("case", args=[case.id])).content.decode()
    assert page.count('<section class="card" aria-labelledby="panel-d') == 3
    assert page.count('<details class="panel-fold card">') == 27
    assert page.index('id="clocks-title"') < page.index('id="panel-d0"')


def test_every_entry_of_the_menu_stands_under_all_of_it(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = tuple(
        MenuEntry(
            titles=titles(number), url_name=name, permission="", icon="star", order=100 + number,
            section=("work", "ground", "people", "figures")[number % 4],
        )
        for number, name in zip(MANY, ["home", "inbox", "account"] * 10, strict=True)
    )  # fmt: skip
    monkeypatch.setattr(menu, "menu_entries", lambda: entries)
    page = signed_in(Client(), city.users["supervisor"]).get("/home/").content.decode()
    sheet = page[page.index("rail__all") : page.index("</nav>", page.index("rail__all"))]
    assert set(re.findall(r"部门\d\d", sheet)) == {f"部门{number:02d}" for number in MANY}
