"""A form is filled in page by page without scripts, or on one page, checked and sent; an office designs one."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, include, path, reverse

from linli.core.forms.pages.design_items import placed
from linli.core.forms.pages.residents import resident_urls
from linli.core.forms.public import AnswerSheet, Form, answers_of, fill_in
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.desk.inherited import browser
from tests.forms import sent

from .documents import SHOP, form, question, var
from .test_filling import GRID_FORM, a_grid, plain_shop, published


def page(client: Client, address: str, **typed: Any) -> Any:
    """A page that was posted to, where it led."""
    return client.post(address, {**sent(), **typed}, follow=True)


def begun(city: TestCity, document: dict[str, Any], who: str = "worker", **more: Any) -> tuple[Client, str, Form]:
    """A browser with a sheet that was begun on its page, and the sheet's key."""
    made, client = published(city, document), browser(city.access[who])
    answer = page(client, reverse("form-begin", args=[made.id]), **more)
    assert answer.status_code == 200, answer.content.decode()
    return client, str(AnswerSheet.objects.order_by("-id").values_list("id", flat=True)[0]), made


def test_a_form_is_filled_in_page_by_page_checked_and_handed_in(city: TestCity) -> None:
    client, key, _made = begun(city, plain_shop())

    def step(name: str) -> str:
        return reverse("sheet-step", args=[key, name])

    answer = page(client, step("shop_name"))
    assert (answer.status_code, "请填写这一项" in answer.content.decode()) == (422, True)
    answer = page(client, step("shop_name"), shop_name="<b>客栈</b>")
    assert answer.redirect_chain[-1][0] == step("kind")
    answer = page(client, step("kind"), kind="inn")
    assert answer.redirect_chain[-1][0] == step("rooms")
    answer = page(client, step("rooms"), rooms="lots")
    assert answer.status_code == 422
    assert 'value="lots"' in answer.content.decode()
    answer = page(client, step("rooms"), rooms="12")
    assert answer.redirect_chain[-1][0] == step("safety")
    answer = page(client, step("safety"), doors="1")
    assert "至少要有两个出口" in answer.content.decode()
    answer = page(client, step("safety"), doors="5")
    assert answer.redirect_chain[-1][0] == step("staff")
    rows = {"staff-rows": "1", "staff-0-born": "2015-01-01"}
    answer = page(client, step("staff"), **rows, **{"staff-more": "1"})
    assert answer.redirect_chain[-1][0] == f"{step('staff')}?rows-staff=2"
    assert 'name="staff-1-born"' in answer.content.decode()
    rows |= {"staff-rows": "2", "staff-1-born": "1990-01-01"}
    answer = page(client, step("staff"), **rows)
    assert 'id="id_staff-0-guardian_error"' in answer.content.decode()  # what follows from the row is asked in it
    answer = page(client, step("staff"), **rows, **{"staff-0-guardian": "王大妈"})
    assert answer.redirect_chain[-1][0] == step("front")
    answer = page(client, step("front"), front=[photo_file()])
    shown = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("sheet", args=[key])
    assert "&lt;b&gt;客栈&lt;/b&gt;" in shown
    assert "<b>客栈" not in shown
    assert "2.4" in shown
    picture = re.search(r'src="(/forms/sheets/[^"]*thumb/)"', shown)
    assert picture is not None
    assert b"".join(client.get(picture[1])).startswith(b"\xff\xd8")
    answer = page(client, reverse("sheet-send", args=[key]))
    assert "已提交" in answer.content.decode()
    again = page(client, reverse("sheet-send", args=[key]))
    assert again.status_code == 200
    assert client.get(step("rooms")).status_code == 302
    stored = answers_of(AnswerSheet.objects.get())
    assert stored["staff"][0]["guardian"] == "王大妈"
    assert (stored["rooms_per_door"], stored["minors"], len(stored["front"])) == (2.4, 1, 1)


def photo_file() -> Any:
    """A photo as a browser sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("front.jpg", photo_bytes(), "image/jpeg")


def test_a_sheet_is_saved_for_later_and_gone_on_with(city: TestCity) -> None:
    client, key, _made = begun(city, plain_shop())
    answer = page(client, reverse("sheet-step", args=[key, "shop_name"]), later="1")
    assert answer.redirect_chain[-1][0] == reverse("sheet", args=[key])
    listed = client.get(reverse("forms")).content.decode()
    assert reverse("sheet", args=[key]) in listed
    refused = page(client, reverse("sheet-send", args=[key]))
    assert refused.status_code == 422
    assert AnswerSheet.objects.get().state == "draft"


def test_the_whole_form_on_one_page_asks_what_follows(city: TestCity) -> None:
    client, key, _made = begun(city, plain_shop())
    address = reverse("sheet-whole", args=[key])
    answer = page(client, address, shop_name="客栈", kind="inn", **{"staff-rows": "1"})
    assert answer.redirect_chain[-1][0] == f"{address}?more=1"
    assert 'name="rooms"' in answer.content.decode()
    answer = page(client, address, shop_name="客栈", kind="inn", rooms="x", doors="1", **{"staff-rows": "1"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_rooms_error"' in told
    answer = page(client, address, shop_name="客栈", kind="inn", rooms="9", doors="3", **{"staff-rows": "1"})
    assert answer.redirect_chain[-1][0] == reverse("sheet", args=[key])
    assert answers_of(AnswerSheet.objects.get())["rooms"] == 9


def test_a_page_that_asks_for_more_by_its_answers_is_shown_once_more(city: TestCity) -> None:
    """A group stands on one page: what follows inside it cannot be seen before it was saved, and would be passed over."""
    items = [question("one", "clear", choices=[{"code": "yes", "label": "是"}, {"code": "no", "label": "否"}])]
    items.append(question("text", "words", impersonal=True, relevant={"==": [var("clear"), "no"]}))
    group = {"type": "group", "name": "exits", "label": "出口", "together": True, "items": items}
    client, key, _made = begun(city, form(group, question("number", "doors")))
    step = reverse("sheet-step", args=[key, "exits"])
    answer = page(client, step, clear="no")
    assert answer.redirect_chain[-1][0] == f"{step}?more=1"
    assert 'name="words"' in answer.content.decode()
    assert page(client, step, clear="no", words="纸箱堵门").redirect_chain[-1][0] == reverse(
        "sheet-step", args=[key, "doors"]
    )
    answer = page(client, f"{step}?check=1", clear="yes", words="")
    answer = page(client, f"{step}?check=1", clear="no")
    assert answer.redirect_chain[-1][0] == f"{step}?more=1&check=1"


def test_what_is_known_stands_there_with_its_source(city: TestCity) -> None:
    about = a_grid(city)
    access = city.access["worker"]
    earlier = published(city, GRID_FORM | {"titles": {"zh-hans": "网格底册"}})
    fill_in(access.actor(), access=access, uuid=uuid4(), form_id=earlier.id, given={"lamps": 8}, about=about)
    client, key, _made = begun(city, GRID_FORM, subject=grid_code(about.id))
    shown = client.get(reverse("sheet-step", args=[key, "lamps"])).content.decode()
    assert "网格底册" in shown
    assert 'value="8"' in shown
    assert "网格底册" in client.get(reverse("sheet", args=[key])).content.decode()
    page(client, reverse("sheet-send", args=[key]))
    assert AnswerSheet.objects.get(id=int(key)).kept_count == 1
    told = browser(city.access["leader"]).get(reverse("form-burden")).content.decode()
    assert "登记" in told


def grid_code(grid_id: int) -> str:
    """The code of a grid."""
    from linli.core.grids.public import main_layer

    layer = main_layer()
    assert layer is not None
    return layer.nodes[grid_id].code


def test_others_see_neither_a_draft_nor_what_is_sealed(city: TestCity) -> None:
    client, key, _made = begun(city, plain_shop())
    whole = reverse("sheet-whole", args=[key])
    page(
        client,
        whole,
        shop_name="店",
        kind="shop",
        **{"staff-rows": "1", "staff-0-worker-name": "张三丰", "staff-0-worker-phone": "138"},
    )
    other = browser(city.access["supervisor"])
    assert other.get(reverse("sheet", args=[key])).status_code == 404
    assert "张三丰" in page(client, reverse("sheet-send", args=[key])).content.decode()
    shown = other.get(reverse("sheet", args=[key]))
    assert shown.status_code == 200
    assert "张三丰" not in shown.content.decode()
    assert other.get(reverse("sheet", args=["²"])).status_code == 404


def test_an_office_designs_a_form_and_publishes_it(city: TestCity) -> None:
    client = browser(city.access["leader"])
    area = city.areas["990101001000"].code
    answer = page(
        client,
        reverse("form-new"),
        titles="商铺摸底 | Shops",
        area=area,
        purpose="掌握商铺",
        data_class="general",
        keep_days="365",
    )
    made = Form.objects.get(origin="")
    assert answer.redirect_chain[-1][0] == reverse("form-design", args=[made.id])
    new = reverse("form-question", args=[made.id, 0])
    page(client, new, type="text", label="店名 | Name", required="on", name="shop")
    page(client, new, type="one", label="类型", choices="shop 商店 | Shop\ninn 旅馆")
    page(
        client, new, type="number", label="房间数", relevant='{"==": [{"var": "one_1"}, "inn"]}', whole="on", least="1"
    )
    page(client, new, type="group", label="消防", name="fire")
    page(client, f"{new}?into=3", type="number", label="灭火器", name="bottles")
    refused = page(client, new, type="text", label="坏", relevant="{")
    assert refused.status_code == 422
    made.refresh_from_db()
    assert [one["name"] for one in made.draft["items"]] == ["shop", "one_1", "number_1", "fire"]
    page(client, reverse("form-move", args=[made.id]), place="1", do="up")
    page(
        client,
        reverse("form-question", args=[made.id, 5]),
        type="number",
        label="灭火器数量",
        name="bottles",
        unit="具",
    )
    made.refresh_from_db()
    assert [one["name"] for one in made.draft["items"]] == ["one_1", "shop", "number_1", "fire"]
    assert made.draft["items"][3]["items"] == [
        {"type": "number", "name": "bottles", "label": "灭火器数量", "unit": "具"}
    ]
    page(client, reverse("form-publish", args=[made.id]))
    made.refresh_from_db()
    assert made.state == "open"
    assert "商铺摸底" in browser(city.access["worker"]).get(reverse("forms")).content.decode()
    page(client, reverse("form-move", args=[made.id]), place="0", do="out")  # what number_1 reads is gone
    told = page(client, reverse("form-publish", args=[made.id])).content.decode()
    assert "one_1" in told
    file = client.get(reverse("form-download", args=[made.id]))
    brought = page(
        client, reverse("form-json", args=[made.id]), words=file.content.decode().replace("商铺摸底", "商铺")
    )
    assert brought.redirect_chain
    assert page(client, reverse("form-json", args=[made.id]), words="[").status_code == 422
    made.refresh_from_db()
    assert made.titles["zh-hans"] == "商铺"


def test_a_question_that_is_saved_as_it_stands_stays_as_it_is(city: TestCity) -> None:
    client = browser(city.access["leader"])
    kept_apart = {
        "type": "group", "name": "apart", "label": "分开", "together": False, "items": [question("text", "secret", sealed=True)]
    }  # fmt: skip
    document = {**SHOP, "items": [*SHOP["items"], kept_apart]}
    page(client, reverse("form-new"), titles="商铺 | Shops", area=city.areas["990101001000"].code)
    made = Form.objects.get(origin="")
    page(client, reverse("form-json", args=[made.id]), words=json.dumps(document, ensure_ascii=False))
    made.refresh_from_db()
    before = made.draft
    for number, one in enumerate(placed(before), start=1):
        address = reverse("form-question", args=[made.id, number])
        shown = client.get(address).context["form"]
        typed = {name: shown[name].value() for name in shown.fields}
        answer = page(
            client,
            address,
            **{name: value for name, value in typed.items() if value is not None and value is not False},
        )
        assert answer.redirect_chain, one.item
        made.refresh_from_db()
        assert made.draft == before, one.item


def test_texts_of_a_form_are_never_markup(city: TestCity) -> None:
    bad = "<script>alert(1)</script>"
    document = form(
        question("text", "a", label=bad, hint=bad), question("note", "n", label=bad),
        question("one", "b", choices=[{"code": "x", "label": bad}]), question("number", "c", unit="<b>", constraint={"<": [var("c"), 5]}, message=bad),
        titles={"zh-hans": bad}, intro=bad,
    )  # fmt: skip
    client, key, made = begun(city, document)
    pages = [
        reverse("sheet", args=[key]),
        reverse("sheet-whole", args=[key]),
        reverse("forms"),
        reverse("form-begin", args=[made.id]),
    ]
    shown = [client.get(one).content.decode() for one in pages]
    shown.append(page(client, reverse("sheet-whole", args=[key]), c="9").content.decode())
    shown.append(browser(city.access["leader"]).get(reverse("form-design", args=[made.id])).content.decode())
    assert not [one for one in shown if "<script>alert" in one]
    assert all("&lt;script&gt;alert" in one for one in shown)


def test_a_form_about_something_that_has_a_page_is_begun_there_and_not_listed(city: TestCity) -> None:
    made, about_grids = published(city, form(question("text", "a"), subject="premises")), published(city, GRID_FORM)
    client = browser(city.access["worker"])
    listed = client.get(reverse("forms")).content.decode()
    assert reverse("form-begin", args=[made.id]) not in listed
    assert reverse("form-begin", args=[about_grids.id]) in listed
    shown = client.get(reverse("form-begin", args=[made.id])).content.decode()
    assert "请从该对象的页面开始" in shown
    assert "开始填写" not in shown


SPACE = "shops"
urlpatterns = [*get_resolver().url_patterns, path("shop-form/", include((resident_urls("shops", SPACE), SPACE)))]


@pytest.mark.urls("tests.forms.test_pages")
def test_a_resident_fills_in_a_form_and_comes_back_by_the_code(city: TestCity) -> None:
    made = published(city, plain_shop(), for_residents=True)
    Form.objects.filter(id=made.id).update(code="shops")
    client, uuid = Client(), sent()
    first = client.post("/shop-form/", uuid)
    again = client.post("/shop-form/", uuid)
    assert first["Location"] == again["Location"]
    assert AnswerSheet.objects.count() == 1
    address = first["Location"].removesuffix("all/")  # a short form is filled in on one page
    code = address.split("/")[2]
    shown = Client().get(address)
    assert code in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert page(Client(), f"{address}page/shop_name/", shop_name="小店").status_code == 200
    done = page(client, f"{address}all/", shop_name="小店", kind="shop", **{"staff-rows": "1"})
    assert done.redirect_chain[-1][0] == address
    assert "已提交" in page(client, f"{address}send/").content.decode()
    assert (AnswerSheet.objects.get().state, AnswerSheet.objects.get().filled_by_id) == ("sent", None)
    assert Client().get("/shop-form/AAAA-AAAA-AAAA/").status_code == 404
    assert [client.post("/shop-form/", sent()).status_code for _time in range(25)][-1] == 429
