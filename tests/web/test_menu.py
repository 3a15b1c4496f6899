"""The menu in the bottom bar of a phone: who may report has the camera there, everybody else the cases."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import User
from linli.web.frame import menu_at
from linli.web.workbench.menu import menu
from tests.access_table import signed_in
from tests.city import TestCity


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
