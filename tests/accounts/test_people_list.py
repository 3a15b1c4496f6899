"""The list of people, and what every list does (tests/desk/inherited.py)."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import ClassVar
from uuid import uuid4

from django.urls import reverse

from linli.core.access.public import Access, Role, User, access_of, create_user, grant_scope
from linli.core.accounts.pages.people_list import PEOPLE
from linli.core.desk.public import SavedView
from linli.core.platform.models import AuditRecord
from linli.core.platform.public import SYSTEM, now
from tests.city import STREET, TestCity
from tests.desk.inherited import ListTests, browser
from tests.forms import sent

OTHER_DISTRICT = "990102000000"


def administrator_of(city: TestCity, area: str) -> Access:
    """Somebody who hands on rights in an area."""
    user = create_user(SYSTEM, username=f"admin-{area}", display_name="管理", unit=city.units["far_centre"])
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[area])
    found = access_of(user.id)
    assert found is not None
    return found[0]


def people(city: TestCity, count: int) -> list[User]:
    """Some people of the street, of whom every third has signed in and two have one name."""
    made = []
    for number in range(count):
        name = f"p{uuid4().hex[:8]}"
        user = create_user(SYSTEM, username=name, display_name=f"人 {number // 2}", unit=city.units["street_centre"])
        if number % 3 == 0:
            User.objects.filter(id=user.id).update(last_login=now())
        made.append(user)
    return made


class TestPeople(ListTests):
    shown = PEOPLE
    address = "/people/"
    most_statements = 10
    filters: ClassVar = [
        "?q=人 1",
        f"?area={STREET}",
        "?unit=street_centre",
        "?role=dispatcher",
        "?never=1",
        "?never=1&q=人",
    ]

    def who(self, city: TestCity) -> Access:
        return city.access["administrator"]

    def somebody_else(self, city: TestCity) -> Access:
        return administrator_of(city, OTHER_DISTRICT)

    def grow(self, city: TestCity, count: int) -> None:
        people(city, count)


def test_several_accounts_are_closed_with_one_reason_and_each_outcome_is_told(city: TestCity) -> None:
    access = city.access["administrator"]
    client, gone = browser(access), people(city, 3)
    ids = [str(user.id) for user in gone] + [str(access.user_id), "987654"]
    form = sent() | {"ids": ids, "reason": "调离"}
    first = client.post(reverse("people-bulk", args=["close"]), form)
    again = client.post(reverse("people-bulk", args=["close"]), form)
    page = first.content.decode()
    assert User.objects.filter(id__in=[user.id for user in gone], is_active=True).count() == 0
    assert User.objects.get(id=access.user_id).is_active
    assert page.count("clock--done") == 3
    assert "不能注销自己的账号" in page or "own" in page or page.count("alert-circle") >= 2
    assert "您的范围内没有这一项" in page
    assert again.content.decode().count("clock--done") == 3
    told = [record for record in AuditRecord.objects.filter(action="user.close") if record.subject_id in ids]
    assert len(told) == 3


def test_a_bulk_action_without_reason_comes_back_with_what_was_ticked(city: TestCity) -> None:
    client, (user,) = browser(city.access["administrator"]), people(city, 1)
    answer = client.post(reverse("people-bulk", args=["close"]), sent() | {"ids": [str(user.id)], "reason": " "})
    page = answer.content.decode()
    assert (answer.status_code, f'value="{user.id}" form="bulk" checked' in page) == (422, True)
    assert "请填写理由" in page
    assert User.objects.get(id=user.id).is_active
    nothing = client.post(reverse("people-bulk", args=["close"]), sent() | {"reason": "x"})
    assert (nothing.status_code, "请先勾选" in nothing.content.decode()) == (422, True)
    assert client.get(reverse("people-bulk", args=["close"]))["Location"] == reverse("people")


def test_what_is_exported_opens_no_formula_and_is_written_into_the_audit_trail(city: TestCity) -> None:
    client = browser(city.access["administrator"])
    create_user(SYSTEM, username="evil", display_name='=HYPERLINK("http://x","y")', unit=city.units["street_centre"])
    answer = client.post(f"{reverse('people-export')}?q=evil", sent(format="csv", reason="核对"))
    (line,) = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert line["姓名"] == '\'=HYPERLINK("http://x","y")'
    answer = client.post(f"{reverse('people-export')}?q=evil", sent(format="xlsx", reason="核对"))
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK" in sheet
    record = AuditRecord.objects.filter(action="list.export").latest("seq")
    assert (record.subject_id, record.actor_id) == ("people", city.access["administrator"].user_id)
    assert client.post(reverse("people-export"), sent(format="odt")).status_code == 422


def test_a_view_is_kept_shared_in_the_unit_and_dropped_by_its_owner_alone(city: TestCity) -> None:
    mine = browser(city.access["administrator"])
    address = f"{reverse('people-views')}?q=%E4%BA%BA&never=1&cursor=x&foreign=1"
    first = mine.post(address, sent(name="从未登录的人", shared="on"))
    assert first["Location"] == "/people/?q=%E4%BA%BA&never=1"
    view = SavedView.objects.get()
    assert (view.query, view.unit_id) == ("q=%E4%BA%BA&never=1", city.access["administrator"].unit_id)
    other = browser(administrator_of(city, OTHER_DISTRICT))
    assert "从未登录的人" not in other.get(reverse("people-views")).content.decode()
    drop = reverse("people-view-drop", args=[view.id])
    assert other.post(drop, sent()).status_code == 404
    assert "从未登录的人" in mine.get(reverse("people-views"), headers={"HX-Request": "true"}).content.decode()
    assert mine.post(reverse("people-views"), sent(name="")).status_code == 422
    form = sent()
    assert [mine.post(drop, form).status_code for _press in range(2)] == [302, 302]
    assert not SavedView.objects.exists()


def test_who_lacks_the_permission_neither_exports_nor_sees_the_button(city: TestCity) -> None:
    lead = city.access["acceptance"]
    assert browser(lead).post(reverse("people-export"), sent(format="csv", reason="核对")).status_code == 403
