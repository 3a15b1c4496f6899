"""Long lists as files: asked for, written by a process apart, fetched by who asked, given up, failed, deleted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse

from linli.core.access.public import Access, User, access_of, create_user
from linli.core.desk import exports, list_pages
from linli.core.desk.export_queue import claim
from linli.core.desk.export_queue import waits_or_is_left as exports_wanted
from linli.core.desk.exports import folder, forget_exports, work_off_exports
from linli.core.desk.models import Export
from linli.core.inbox.public import unread_count
from linli.core.platform.models import AuditDetail, AuditRecord, Job
from linli.core.platform.public import SYSTEM, now, work_off
from linli.lib.tables import open_table
from tests.city import TestCity
from tests.desk.inherited import browser
from tests.forms import sent

REASON = "核对人员名单"


@pytest.fixture
def who(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> Iterator[Access]:
    """Somebody who may take out the list of people, of which three rows are too many at once."""
    monkeypatch.setattr(list_pages, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(list_pages, "MOST_PRINTED", 3)
    monkeypatch.setattr(exports, "BEAT_ROWS", 2)
    monkeypatch.setattr(exports, "BEAT_S", 0.0)
    for number in range(6):
        create_user(SYSTEM, username=f"u{number}", display_name=f"=人{number}", unit=city.units["street_centre"])
    yield city.access["administrator"]
    for path in folder().iterdir():
        path.unlink()


def ask(access: Access, query: str = "", **form: str) -> Any:
    return browser(access).post(reverse("people-export") + query, sent(**{"format": "csv", "reason": REASON, **form}))


def asked(access: Access, query: str = "", **form: str) -> Export:
    assert ask(access, query, **form)["Location"] == reverse("exports")
    return Export.objects.latest("id")


def fetch(access: Access, export: Export) -> tuple[int, bytes]:
    answer = browser(access).get(reverse("export-file", args=[export.id]))
    content = b"".join(answer.streaming_content) if answer.streaming else b""
    return answer.status_code, content


def audited(action: str) -> int:
    return AuditRecord.objects.filter(action=action).count()


def test_a_long_list_is_asked_for_written_and_fetched_and_each_step_is_on_record(who: Access) -> None:
    export = asked(who, "?q=人")
    assert (export.state, export.reason, export.query) == ("waiting", REASON, "q=%E4%BA%BA")
    assert Job.objects.filter(kind="desk.start_exports").count() == 1
    page = browser(who).get(reverse("exports")).content.decode()
    assert "排队中" in page
    assert 'hx-trigger="every 2s"' in page
    assert fetch(who, export)[0] == 404
    assert (work_off_exports(), work_off_exports()) == (1, 0)
    export.refresh_from_db()
    assert (export.state, export.rows_all, export.rows_done) == ("finished", 6, 6)
    rows = list(csv.reader(io.StringIO(fetch(who, export)[1].decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:]) == [f"'=人{number}" for number in range(6)]
    page = browser(who).get(reverse("exports"), headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in page
    assert reverse("export-file", args=[export.id]) in page
    fetch(who, export)
    assert [audited(f"list.export{step}") for step in ("_ask", "", "_fetch")] == [1, 1, 2]
    record = AuditRecord.objects.get(action="list.export")
    assert REASON in AuditDetail.objects.get(chain=record.chain, seq=record.seq).content


def test_a_workbook_holds_texts_that_look_like_formulas_as_texts(who: Access) -> None:
    export = asked(who, "?q=人", format="xlsx")
    work_off_exports()
    table = open_table(io.BytesIO(fetch(who, export)[1]))
    assert sorted(row["姓名"] for _line, row in table.rows()) == [f"=人{number}" for number in range(6)]


def test_the_rows_are_those_that_the_person_may_see_when_it_runs_and_the_file_is_theirs_while_the_right_lasts(
    who: Access, city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(who)
    User.objects.filter(username="u0").update(display_name="改了")
    work_off_exports()
    assert "改了" in fetch(who, export)[1].decode("utf-8-sig")
    assert [fetch(city.access[other], export)[0] for other in ("leader", "auditor")] == [404, 403]
    assert f"/{export.id}/file" not in browser(city.access["leader"]).get(reverse("exports")).content.decode()
    late = asked(who)
    monkeypatch.setattr(exports, "access_of", lambda _user: access_of(city.access["auditor"].user_id))
    work_off_exports()
    late.refresh_from_db()
    assert (late.state, "不能再导出" in late.failure) == ("failed", True)
    assert fetch(who, late)[0] == 404


def test_one_that_is_given_up_leaves_no_file_also_while_it_is_written(
    who: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = asked(who)
    give_up = reverse("export-give-up", args=[waiting.id])
    form = sent()
    assert [browser(who).post(give_up, form).status_code for _press in range(2)] == [302, 302]
    running = asked(who)
    beat, seen = exports._beat, []

    def given_up_on_the_way(export: Export, **said: int) -> None:
        if said.get("rows_done"):
            seen.append(len(list(folder().iterdir())))
            browser(who).post(reverse("export-give-up", args=[export.id]), sent())
        beat(export, **said)

    monkeypatch.setattr(exports, "_beat", given_up_on_the_way)
    work_off_exports()
    assert seen == [1]
    assert list(folder().iterdir()) == []
    assert set(Export.objects.values_list("state", flat=True)) == {"cancelled"}
    running.refresh_from_db()
    assert fetch(who, running)[0] == 404


def test_what_a_killed_process_left_begins_anew_and_gives_one_file(
    who: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(who)

    class Killed(BaseException):
        pass

    def killed(*_args: object, **said: int) -> None:
        if said.get("rows_done"):
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(exports, "_beat", killed)
        with pytest.raises(Killed):
            work_off_exports()
    assert len(list(folder().iterdir())) == 1
    assert work_off_exports() == 0  # the other process may be alive still
    Export.objects.update(beat_at=now() - timedelta(minutes=3))
    assert exports_wanted(now())
    assert work_off_exports() == 1
    export.refresh_from_db()
    assert (export.state, export.attempts) == ("finished", 2)
    assert [path.name for path in folder().iterdir()] == [f"{export.uuid}.{export.token}"]
    assert audited("list.export") == 1


def test_one_that_kills_its_process_each_time_fails_with_a_sentence(who: Access) -> None:
    export = asked(who)
    Export.objects.update(state="running", attempts=3, beat_at=now() - timedelta(minutes=3))
    work_off_exports()
    export.refresh_from_db()
    assert (export.state, "三次" in export.failure) == ("failed", True)


def test_a_fault_becomes_a_sentence_and_the_next_one_is_written(who: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = asked(who, format="xlsx"), asked(who)
    monkeypatch.setitem(exports.FORMATS, "xlsx", ("xlsx", "x/y", lambda *_args: 1 // 0))
    assert work_off_exports() == 2
    states = dict(Export.objects.values_list("id", "state"))
    assert states == {bad.id: "failed", good.id: "finished"}
    assert [path.name for path in folder().iterdir()] == [f"{good.uuid}.{Export.objects.get(id=good.id).token}"]


def test_a_filter_that_no_longer_fits_is_no_reason_to_write_more_than_was_asked_for(who: Access) -> None:
    export = asked(who)
    Export.objects.update(query="unit=no_such_unit")
    work_off_exports()
    export.refresh_from_db()
    assert export.state == "failed"


def test_a_person_has_three_under_way_and_says_what_for(who: Access) -> None:
    assert ask(who, reason=" ").status_code == 422
    assert not Export.objects.exists()
    form = {"effect_id": str(uuid4())}
    first = asked(who, **form)
    assert asked(who, **form) == first
    assert [ask(who).status_code for _one in range(3)] == [302, 302, 429]
    short = ask(who, "?q=u0")
    assert (short.status_code, bool(b"".join(short.streaming_content))) == (200, True)  # a short one is a file at once
    assert ask(who, format="pdf").status_code == 422


def test_files_are_deleted_after_three_days_and_the_page_says_so(who: Access) -> None:
    export = asked(who)
    work_off_exports()
    assert forget_exports(now() + timedelta(days=2, hours=23)) == 0
    assert len(list(folder().iterdir())) == 1
    assert forget_exports(now() + timedelta(days=3, hours=1)) == 1
    assert list(folder().iterdir()) == []
    export.refresh_from_db()
    assert (export.state, fetch(who, export)[0]) == ("expired", 404)
    assert "已删除" in browser(who).get(reverse("exports")).content.decode()
    forget_exports(now() + timedelta(days=91))
    assert not Export.objects.exists()


def test_who_asked_for_nothing_reads_what_would_stand_there(who: Access) -> None:
    assert "还没有导出" in browser(who).get(reverse("exports")).content.decode()


def test_the_worker_starts_the_process(who: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr("linli.core.desk.tasks.start_apart", lambda *words: started.append(words))
    asked(who)
    work_off()
    assert ("exports", "work-off") in started


def test_every_list_whose_rows_hold_peoples_data_asks_what_it_is_taken_out_for(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a model declares as personal decides, so no list can forget it."""
    get_resolver().url_patterns  # noqa: B018 - mounts all lists
    monkeypatch.setattr(list_pages, "do_once", lambda *_given: None)
    monkeypatch.setattr("linli.core.desk.export.do_once", lambda *_given: None)
    asking, tried = set(), set()
    for name, shown in list_pages._mounted.items():
        able = [one for one in city.access.values() if one.may("desk.export") and one.may(shown.permission)]
        if shown.exported and able:
            answer = browser(able[0]).post(reverse(f"{name}-export"), sent(format="csv"))
            if answer.streaming:
                b"".join(answer.streaming_content)  # closes the file
            model = shown.rows(able[0]).model
            tried.add(name)
            if any(vars(base).get("personal") for base in model.__mro__):
                asking.add(name)
            assert (answer.status_code == 422) == (name in asking), (name, answer.status_code)
    assert {"people", "cases", "given-notices"} <= asking
    assert len(tried - asking) > 3


def test_two_are_written_at_once_and_people_take_turns(who: Access, city: TestCity) -> None:
    """Three of one person and one each of two others; each claim is a process that begins, and those that were claimed go on."""
    owners = [who.user_id, who.user_id, who.user_id, city.access["leader"].user_id, city.access["auditor"].user_id]
    ids = []
    for owner in owners:
        export = asked(who)
        Export.objects.filter(id=export.id).update(state="cancelled", owner_id=owner)
        ids.append(export.id)
    Export.objects.filter(id__in=ids).update(state="waiting")

    def ended(export: Export | None) -> None:
        assert export is not None
        Export.objects.filter(id=export.id).update(state="finished")

    first, second = claim(), claim()
    assert first is not None
    assert second is not None
    assert [first.id, second.id] == [ids[0], ids[3]]
    assert claim() is None
    assert not exports_wanted(now())
    ended(first)
    third = claim()
    assert third is not None
    assert third.id == ids[4], "who was not served yet comes before who was"
    Export.objects.filter(id=second.id).update(beat_at=now() - timedelta(minutes=3))
    again = claim()
    assert again is not None
    assert again.id in (ids[1], second.id)
    assert claim() is None


def test_whoever_asked_is_told_by_the_bell_when_the_file_is_ready_or_cannot_be_written(who: Access) -> None:
    good, bad = asked(who), asked(who, format="xlsx")
    Export.objects.filter(id=bad.id).update(query="area=nowhere")
    work_off_exports()
    assert set(Export.objects.values_list("state", flat=True)) == {"finished", "failed"}
    page = browser(who).get(reverse("notices")).content.decode()
    assert "导出 · 文件已生成" in page
    assert "导出 · 文件没能生成" in page
    assert f'href="{reverse("exports")}"' in page
    assert unread_count(who) == 2
    good.refresh_from_db()
    assert good.state == "finished"
