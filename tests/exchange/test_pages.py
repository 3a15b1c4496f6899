"""The way of a file through the pages, without a browser: each step, each press once, what is refused, and what is kept no longer than needed."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from linli.core.exchange.folder import folder
from linli.core.exchange.public import ImportRun, work_off_imports
from linli.core.exchange.working import forget_old
from linli.core.platform.public import clock_at, now
from linli.subsystems.example.models import BenchNote
from tests.city import TestCity
from tests.exchange.files import HEAD, bench, benches
from tests.web.staff import signed_in


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.LINLI_HOME = tmp_path


def send(client: Client, content: str | bytes, name: str = "benches.csv", **more: Any) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    form = {"effect_id": str(uuid4()), "file": SimpleUploadedFile(name, data), **more}
    return client.post(reverse("import-new", args=["benches"]), form)


def press(client: Client, run_id: int, step: str, **form: str) -> Any:
    return client.post(reverse(f"import-{step}", args=[run_id]), {"effect_id": str(uuid4()), **form})


def page(client: Client, run_id: int) -> str:
    return client.get(reverse("import", args=[run_id])).content.decode()


def columns_of(text: str) -> dict[str, str]:
    """What the page of columns has chosen, as its form would send it."""
    found = re.findall(r'<select[^>]*name="(column_\d+)"(.*?)</select>', text, re.DOTALL)
    return {
        name: (re.findall(r'value="([^"]*)" selected', options) or [""])[0] for name, options in found
    }  # fmt: skip


def checked(client: Client, content: str | bytes, name: str = "benches.csv") -> int:
    """Sends a file, takes the columns as they were guessed, and has it checked."""
    answer = send(client, content, name)
    assert answer.status_code == 302, answer.content.decode()
    run_id = int(answer.url.rstrip("/").split("/")[-1])
    assert press(client, run_id, "columns", **columns_of(page(client, run_id))).status_code == 302
    assert "排队中" in page(client, run_id)
    assert work_off_imports() == 1
    return run_id


def test_a_file_goes_its_whole_way_and_is_taken_back(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    assert "长椅" in client.get(reverse("imports")).content.decode()
    run_id = checked(client, benches(3))
    shown = page(client, run_id)
    assert "导入全部 3 行" in shown
    assert BenchNote.objects.count() == 0
    assert press(client, run_id, "keep", take="all").status_code == 302
    assert work_off_imports() == 1
    run = ImportRun.objects.get()
    assert (run.state, run.added, run.bad, BenchNote.objects.count()) == ("brought_in", 3, 0, 3)
    assert list(folder().iterdir()) == []
    assert "撤回" in page(client, run_id)
    assert press(client, run_id, "undo").status_code == 302
    assert work_off_imports() == 1
    assert (ImportRun.objects.get().state, BenchNote.objects.count()) == ("taken_back", 0)
    assert "已撤回" in client.get(reverse("imports")).content.decode()


def test_bad_rows_are_summed_downloaded_with_reasons_and_the_good_ones_taken(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    rows = [bench(1), bench(2).replace("115.0", "east"), bench(3).replace("115.0", "west"), bench(4, grid=4), bench(5)]
    run_id = checked(client, HEAD + "\n".join(rows) + "\n")
    shown = page(client, run_id)
    assert (shown.count("请用数字填写"), "塔山" in shown, "只导入正确的 2 行" in shown) == (1, True, True)
    taken = client.get(reverse("import-bad-rows", args=[run_id]))
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "行,怎么改,长椅编号,位置,经度,纬度"
    assert [line.split(",")[0] for line in lines[1:]] == ["3", "4", "5"]
    assert "经度：请用数字填写。" in lines[1]
    refused = press(client, run_id, "keep", take="all")
    assert (refused.status_code, BenchNote.objects.count()) == (409, 0)
    press(client, run_id, "keep", take="good")
    work_off_imports()
    assert (BenchNote.objects.count(), ImportRun.objects.get().bad) == (2, 3)


def test_the_columns_are_remembered_for_the_unit(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    content = f"号,哪里,东,北\n{bench(1)}\n"
    first = int(send(client, content).url.rstrip("/").split("/")[-1])
    assert set(columns_of(page(client, first)).values()) == {""}
    refused = press(client, first, "columns", column_0="code", column_1="code")
    assert (refused.status_code, "请只选一个" in refused.content.decode()) == (422, True)
    assert press(client, first, "columns", column_0="code").status_code == 422
    press(client, first, "columns", column_0="code", column_1="place", column_2="lon", column_3="lat")
    press(client, first, "drop")
    second = int(send(client, content + "\n").url.rstrip("/").split("/")[-1])
    assert columns_of(page(client, second)) == {
        "column_0": "code",
        "column_1": "place",
        "column_2": "lon",
        "column_3": "lat",
    }
    assert ImportRun.objects.get(id=first).state == "dropped"


def test_each_press_counts_once_and_what_comes_too_late_is_told(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    form = {"effect_id": str(uuid4()), "file": SimpleUploadedFile("b.csv", benches(2).encode())}
    one = client.post(reverse("import-new", args=["benches"]), form)
    form["file"] = SimpleUploadedFile("b.csv", benches(2).encode())
    two = client.post(reverse("import-new", args=["benches"]), form)
    assert (one.url, ImportRun.objects.count()) == (two.url, 1)  # type: ignore[attr-defined]
    run_id = ImportRun.objects.get().id
    chosen = columns_of(page(client, run_id))
    for _time in range(2):
        press(client, run_id, "columns", **chosen)
    assert press(client, run_id, "columns", **chosen).status_code == 409
    work_off_imports()
    token = str(uuid4())
    for _time in range(2):
        assert (
            client.post(reverse("import-keep", args=[run_id]), {"effect_id": token, "take": "all"}).status_code == 302
        )
    assert press(client, run_id, "keep", take="all").status_code == 409
    work_off_imports()
    assert work_off_imports() == 0
    assert BenchNote.objects.count() == 2


def test_the_same_file_again_is_said_and_two_at_once_are_refused(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    first = checked(client, benches(2))
    second = checked(signed_in(city, "auditor"), benches(2))
    press(client, first, "keep", take="all")
    refused = press(signed_in(city, "auditor"), second, "keep", take="all")
    assert (refused.status_code, "Supervisor正在导入这个文件" in refused.content.decode()) == (409, True)
    work_off_imports()
    assert "同一个文件已在" in page(signed_in(city, "auditor"), second)
    press(signed_in(city, "auditor"), second, "keep", take="all")
    work_off_imports()
    run = ImportRun.objects.get(id=second)
    assert (run.added, run.here, BenchNote.objects.count()) == (0, 2, 2)


BROKEN = [
    (b"", "空"), (b"PK\x03\x04" + bytes(60), "工作簿"), (b"%PDF-1.7\n", "PDF"), (b"\xff\xfe\xff\xff\xff", "UTF-8"), (b"\xd0\xcf\x11\xe0" + bytes(600), ""),
    (b"a\n" + b'"' + b"x" * 50, ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "word"), BROKEN)
def test_a_file_that_is_no_table_is_refused_at_the_door_with_a_sentence(
    city: TestCity, content: bytes, word: str
) -> None:
    answer = send(signed_in(city, "supervisor"), content)
    assert (answer.status_code, ImportRun.objects.count()) == (422, 0)
    said = re.search(r'field__error"[^>]*><span>([^<]+)<', answer.content.decode())
    assert said is not None
    assert word in said[1]
    assert list(folder().iterdir()) == []


def test_a_table_that_is_too_large_or_too_wide_is_refused(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.core.exchange.pages import table_field

    client = signed_in(city, "supervisor")
    wide = ",".join(f"c{number}" for number in range(201))
    assert "200" in send(client, f"{wide}\n").content.decode()
    monkeypatch.setattr(table_field, "MAX_BYTES", 100)
    assert send(client, benches(9)).status_code == 422


def test_who_has_lost_the_right_by_then_brings_nothing_in(city: TestCity) -> None:
    from linli.core.access.public import Scope

    client = signed_in(city, "supervisor")
    run_id = checked(client, benches(2))
    press(client, run_id, "keep", take="all")
    Scope.objects.filter(user=city.users["supervisor"]).update(valid_to=now())
    work_off_imports()
    run = ImportRun.objects.get()
    assert (run.state, BenchNote.objects.count()) == ("checked", 0)
    assert run.said


def test_a_dead_process_is_followed_by_another_that_goes_on(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    run_id = checked(client, benches(3))
    press(client, run_id, "keep", take="all")
    ImportRun.objects.update(token="x" * 32, beat_at=now())
    assert work_off_imports() == 0
    with clock_at(now() + timedelta(minutes=3)):
        assert work_off_imports() == 1
    assert (ImportRun.objects.get().state, BenchNote.objects.count()) == ("brought_in", 3)


def test_whoever_asked_is_told_by_the_bell_how_each_step_ended_and_nobody_else(city: TestCity) -> None:
    client, other = signed_in(city, "supervisor"), signed_in(city, "worker")
    run_id = checked(client, benches(3))

    def rung(by: Client) -> list[str]:
        """What the bell of somebody says of this import, the newest first."""
        shown = by.get(reverse("notices")).content.decode()
        assert ("benches.csv" in shown) == (f'href="{reverse("import", args=[run_id])}"' in shown)
        return re.findall(r"导入 · ([^<\n]+)", shown)

    assert rung(client) == ["试导入已完成"]
    press(client, run_id, "keep", take="all")
    work_off_imports()
    assert rung(client) == ["已导入", "试导入已完成"]
    press(client, run_id, "undo")
    work_off_imports()
    assert rung(client) == ["已撤回", "已导入", "试导入已完成"]
    lost = checked(client, benches(2), "lost.csv")
    press(client, lost, "keep", take="all")
    for one in folder().iterdir():
        one.unlink()
    work_off_imports()
    assert rung(client)[0] == "未能继续"
    assert rung(other) == []


def test_the_template_comes_back_as_it_is_and_brings_in_nothing(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    book = client.get(reverse("import-template", args=["benches"]))
    assert book.content[:2] == b"PK"
    run_id = int(send(client, book.content, "benches.xlsx").url.rstrip("/").split("/")[-1])
    chosen = columns_of(page(client, run_id))
    assert sorted(chosen.values()) == ["code", "lat", "lon", "place"]
    press(client, run_id, "columns", **chosen)
    work_off_imports()
    run = ImportRun.objects.get()
    assert (run.state, run.rows, BenchNote.objects.count()) == ("received", 0, 0)
    assert "没有数据行" in run.said or run.said


def test_files_are_forgotten_after_a_week_and_strays_after_an_hour(city: TestCity) -> None:
    client = signed_in(city, "supervisor")
    run_id = checked(client, f"{HEAD}{bench(1)}\n{bench(2, grid=4)}\n")
    (folder() / "stray").write_bytes(b"x")
    assert forget_old(now()) == 0
    assert len(list(folder().iterdir())) == 3
    with clock_at(now() + timedelta(days=8)):
        assert forget_old(now()) == 1
    assert (list(folder().iterdir()), ImportRun.objects.get(id=run_id).state) == ([], "dropped")


def test_a_workbook_is_taken_and_codes_stay_codes(city: TestCity) -> None:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["长椅编号", "位置", "经度", "纬度"])
    sheet.write_row(1, 0, ["007", "河边", 115.005, 30.005])
    book.close()
    client = signed_in(city, "supervisor")
    run_id = checked(client, file.getvalue(), "benches.xlsx")
    press(client, run_id, "keep", take="all")
    work_off_imports()
    assert ImportRun.objects.get().imported.get().reference == "007"
