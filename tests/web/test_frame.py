"""The frame marks where one is, shows the first eight entries in the rail and all of them under "All", and believes no cookie blindly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from linli.web import frame
from linli.web.frame import Frame, MenuItem, MenuSection, menu_at

MENU = (MenuItem("首页", "/", "home"), MenuItem("案卷", "/cases/", "list"), MenuItem("我的", "/cases/mine/", "inbox"))


@pytest.mark.parametrize(
    ("path", "url"), [("/", "/"), ("/cases/7/", "/cases/"), ("/cases/mine/", "/cases/mine/"), ("/map/", "")]
)
def test_the_most_exact_menu_entry_is_the_current_one(path: str, url: str) -> None:
    assert menu_at(path, (MenuSection("工作", MENU),)).current_url == url


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/safety/", "/safety/"),
        ("/safety/plans/7/", "/safety/inspections/"),
        ("/safety/inspections/7/", "/safety/inspections/"),
    ],
)
def test_an_entry_is_marked_on_the_pages_that_it_names_too(path: str, url: str) -> None:
    menu = (
        MenuItem("隐患", "/safety/", "shield"),
        MenuItem("检查", "/safety/inspections/", "list", also=("/safety/plans/",)),
    )
    assert menu_at(path, (MenuSection("工作", menu),)).current_url == url


@pytest.mark.parametrize("entries", [0, 3, 4, 5, 8, 9, 30])
def test_no_menu_entry_is_ever_dropped(entries: int) -> None:
    menu = [MenuItem(f"第{number}项", f"/{number}/", "list") for number in range(entries)]
    made = menu_at("/", (MenuSection("工作", tuple(menu[:3])), MenuSection("数据", tuple(menu[3:]))))
    assert made.items == menu  # under "All"
    assert made.rail == menu[:8]
    assert made.bar == menu[:4]


def test_an_entry_that_gives_its_place_in_the_bar_away_still_stands_in_the_rail() -> None:
    menu = [MenuItem(f"第{number}项", f"/{number}/", "list", in_bar=number != 2) for number in range(6)]
    made = menu_at("/", (MenuSection("工作", tuple(menu)),))
    assert [item.url for item in made.bar] == ["/0/", "/1/", "/3/", "/4/"]
    assert made.rail == menu


def test_fillers_complete_the_frame_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def named(request: HttpRequest, made: Frame) -> Frame:
        calls.append(request.path)
        return replace(made, me="沈明月")

    monkeypatch.setattr(frame, "_fillers", [])
    frame.fill_frames_with(named)
    frame.fill_frames_with(named)
    assert frame.frame_of(RequestFactory().get("/x/")).me == "沈明月"
    assert calls == ["/x/"]


def test_cookies_choose_theme_and_type_and_rubbish_is_ignored() -> None:
    request = RequestFactory().get("/")
    request.COOKIES |= {"linli_theme": "dark", "linli_type": "large"}
    assert (frame.display_of(request).theme, frame.display_of(request).type_size) == ("dark", "large")
    request.COOKIES |= {"linli_theme": "neon", "linli_type": "huge"}
    assert (frame.display_of(request).theme, frame.display_of(request).type_size) == ("auto", "plain")
