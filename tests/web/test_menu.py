"""The menu in the bottom bar of a phone: who may report has the camera there, everybody else the cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access, User
from linli.core.search.public import kinds
from linli.web.frame import menu_at
from linli.web.workbench.menu import menu
from tests.access_table import signed_in
from tests.city import TestCity

SPRITE = (Path(__file__).parents[2] / "frontend/src/icons.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("who", "names"),
    [("worker", ["home", "queue", "map", "report"]), ("handler", ["home", "queue", "cases", "map"])],
)
def test_the_bar_of_a_phone_holds_what_the_role_does_most(city: TestCity, who: str, names: list[str]) -> None:
    access = city.access[who]
    made = menu_at("/", menu(access))
    assert [item.url for item in made.bar] == [reverse(name) for name in names]
    page = signed_in(Client(), User.objects.get(id=access.user_id)).get(reverse("home")).content.decode()
    assert ('<li class="rail__wide"><a class="rail__link" href="/cases/"' in page) == ("report" in names)


@pytest.mark.parametrize(
    ("who", "sections"),
    [
        ("supervisor", ["工作", "辖区", "人员与设置", "数据"]),
        ("leader", ["工作", "数据", "辖区", "人员与设置"]),  # whose role puts figures before the ground
        ("administrator", ["工作", "辖区", "人员与设置"]),
    ],
)
def test_the_sections_stand_in_the_order_of_the_role(city: TestCity, who: str, sections: list[str]) -> None:
    found = menu(city.access[who])
    assert [str(section.title) for section in found] == sections
    page = signed_in(Client(), User.objects.get(id=city.access[who].user_id)).get(reverse("home")).content.decode()
    for section in found:
        assert f'<section aria-label="{section.title}">' in page
        for item in section.items:
            assert page.count(f'href="{item.url}"') >= 1


def test_no_two_entries_of_the_menu_share_a_sign_and_neither_do_two_kinds_of_the_search(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the narrow rail the sign is what is looked for; whoever may do everything sees every entry."""
    monkeypatch.setattr(Access, "may", lambda _self, _permission: True)
    entries = [(item.icon, str(item.label)) for section in menu(city.access["administrator"]) for item in section.items]
    for signs in (entries, [(kind.icon, kind.titles["zh-hans"]) for kind in kinds()]):
        used = Counter(icon for icon, _words in signs)
        assert [one for one in signs if used[one[0]] > 1] == []
        assert len(signs) > 15
        for icon in used:
            assert f'id="{icon}"' in SPRITE
