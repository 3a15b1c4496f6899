"""What hangs on a timeline cannot be changed unseen: words, files and figures of a case, by who writes SQL."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.translation import override

from linli.core.cases.models import CaseNote
from linli.core.cases.public import Case, CaseEvent, CaseFile, Given, act, parse_report, report_case, solve_on_spot
from linli.core.platform.public import Actor, BadInput, StoredFile, clock_at, erase_expired, now, verify
from tests.city import TestCity

KEPT = timedelta(days=Case.personal["description"].keep_days or 0)
WEEK = timedelta(days=7)


def findings() -> list[str]:
    with override("en"):
        return [found.sentence for found in verify()]


def by_sql(statement: str, *values: Any) -> None:
    """What an administrator of the database does; it must hit exactly one row, or the test proves nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def closed_and_rated(city: TestCity) -> Case:
    """A case with words, a note, a photo at the report and one at the end, a number, a limit and a rating."""
    access = city.access["worker"]
    case, _similar = report_case(
        access.actor(),
        parse_report(
            uuid=uuid4(), source="grid_worker", description="路口有垃圾", address="柳荫路 12 号", lon=115.005, lat=30.005,
            category_id=city.category().id, files=(city.photo("report"),),
        ),
    )  # fmt: skip
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("acceptance", "file", {"category_id": city.category().id}),
        ("dispatcher", "dispatch", {}),
        ("handler", "accept", {}),
        ("handler", "hand_over", {"note": "已清理", "files": (city.photo(),)}),
        ("verifier", "send_to_verify", {}),
        ("worker", "verify_pass", {}),
        ("verifier", "close", {}),
    ]
    for who, action, given in steps:
        case = city.do(who, case, action, **given)
    return act(Actor(kind="resident"), case.id, "rate", Given(score=2), uuid=uuid4(), tracking=case.tracking)


@pytest.fixture
def case(city: TestCity) -> Case:
    """The case, in a trail that is whole: every test begins with this control."""
    made = closed_and_rated(city)
    assert findings() == []
    assert (made.in_time, made.rating, bool(made.number), bool(made.limit_amount)) == (True, 2, True, True)
    return made


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("in_time = false", "in_time"), ("number = 'X1'", "number"), ("category_code = '9999'", "category_code"),
        ("kind = 'component'", "kind"), ("standard = 'other'", "standard"), ("limit_amount = 99", "limit_amount"),
        ("limit_unit = 'calendar_day'", "limit_unit"), ("rating = 5", "rating"), ("rework_count = 1", "rework_count"),
        ("return_count = 1", "return_count"), ("urge_count = 3", "urge_count"), ("reopen_count = 1", "reopen_count"),
        ("reported_at = '2020-01-02 00:00:00+00:00'", "reported_at"), ("closed_at = '2020-01-02 00:00:00+00:00'", "closed_at"),
        ("source = 'hotline'", "source"), ("handled_by_id = 1", "handled_by_id"), ("merged_into_id = 1", "merged_into_id"),
        ("handled_at = '2020-01-02 00:00:00+00:00'", "handled_at"), ("filed_at = '2020-01-02 00:00:00+00:00'", "filed_at"),
    ],
)  # fmt: skip
def test_a_figure_changed_on_the_case_shows(case: Case, change: str, column: str) -> None:
    by_sql(f"UPDATE cases_case SET {change} WHERE id = %s", case.id)
    assert [found.split(",")[0].split(" = ")[0] for found in findings()] == [f"Case {case.id} carries {column}"]


def test_a_case_that_was_rated_and_opened_again_is_whole(case: Case) -> None:
    again = act(
        Actor(kind="resident"), case.id, "reopen", Given(reason="又堆满了"), uuid=uuid4(), tracking=case.tracking
    )
    assert again.rating is None
    assert findings() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("area_id = (SELECT max(id) FROM areas_area)", "is filed under another area than it was reported in."),
        ("street_id = NULL", "is filed under another area than it was reported in."),
        ("community_id = NULL", "is filed under another area than it was reported in."),
        ("district_id = district_id + 1", "is filed under another area than it was reported in."),
        ("tracking = '000000000000'", "has another tracking number or UUID than it was given."),
    ],
)
def test_a_case_that_is_moved_or_whose_key_is_changed_shows(case: Case, change: str, sentence: str) -> None:
    by_sql(f"UPDATE cases_case SET {change} WHERE id = %s", case.id)
    assert findings() == [f"Case {case.id} {sentence}"]


@pytest.mark.parametrize(
    "change",
    ["description = '路口很干净'", "address = ''", "description = '', address = ''", "words_salt = NULL",
     "description = '', address = '', words_salt = NULL"],
)  # fmt: skip
def test_changed_or_removed_words_of_a_report_show(case: Case, change: str) -> None:
    by_sql(f"UPDATE cases_case SET {change} WHERE id = %s", case.id)
    assert findings() == [f"Description or address of case {case.id} are not what was reported."]


def test_words_put_on_a_case_that_was_reported_without_show(city: TestCity) -> None:
    case = city.report(words="")
    assert case.words_salt is None
    assert findings() == []
    by_sql("UPDATE cases_case SET description = %s WHERE id = %s", "后来写的", case.id)
    assert findings() == [f"Case {case.id} has a description or an address, it was reported without."]


def test_a_changed_note_shows(case: Case) -> None:
    by_sql("UPDATE cases_casenote SET text = %s WHERE case_id = %s", "没有清理", case.id)
    assert findings() == [f"The words of entry 5 of case {case.id} were changed."]


def test_a_note_with_another_date_shows_since_the_date_decides_when_it_is_erased(case: Case) -> None:
    by_sql("UPDATE cases_casenote SET at = %s WHERE case_id = %s", "2020-01-02 00:00:00+00:00", case.id)
    assert findings() == [f"The words of entry 5 of case {case.id} carry another date than the entry."]


def test_a_note_removed_before_its_time_shows(case: Case) -> None:
    by_sql("DELETE FROM cases_casenote WHERE case_id = %s", case.id)
    assert findings() == [f"The words of entry 5 of case {case.id} are gone before their time."]


@pytest.mark.parametrize("seq", [4, 5])
def test_a_note_added_shows(case: Case, seq: int) -> None:
    event = CaseEvent.objects.get(case_id=case.id, seq=seq)
    by_sql(
        "INSERT INTO cases_casenote (home_district, case_id, event_id, text, salt, at) "
        "SELECT home_district, case_id, %s, 'x', salt, at FROM cases_casenote WHERE case_id = %s", event.id, case.id,
    )  # fmt: skip
    assert findings() == [f"Words were added to entry {seq} of case {case.id}."]


def test_rows_moved_to_no_entry_of_their_case_show(case: Case) -> None:
    by_sql("UPDATE cases_casenote SET event_id = 0 WHERE case_id = %s", case.id)
    by_sql("UPDATE cases_casefile SET event_id = 0 WHERE case_id = %s AND role = 'proof'", case.id)
    assert findings() == [
        f"The words of entry 5 of case {case.id} are gone before their time.",
        f"Words of case {case.id} belong to no entry of its timeline.",
        f"The files of entry 5 of case {case.id} are not those that came with it.",
        f"A file of case {case.id} belongs to no entry of its timeline.",
    ]


def test_a_file_exchanged_shows(case: Case, city: TestCity) -> None:
    other = city.photo()["stored_file_id"]
    assert findings() == []
    by_sql("UPDATE cases_casefile SET stored_file_id = %s WHERE case_id = %s AND role = 'proof'", other, case.id)
    assert findings() == [f"The files of entry 5 of case {case.id} are not those that came with it."]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_casefile SET role = 'after' WHERE case_id = %s AND role = 'report'",
        "DELETE FROM cases_casefile WHERE case_id = %s AND role = 'report'",
        "DELETE FROM platform_stored_file WHERE id = "
        "(SELECT stored_file_id FROM cases_casefile WHERE case_id = %s AND role = 'report')",
        "UPDATE platform_stored_file SET sha256 = 'f00' WHERE id = "
        "(SELECT stored_file_id FROM cases_casefile WHERE case_id = %s AND role = 'report')",
        "INSERT INTO cases_casefile (home_district, case_id, event_id, stored_file_id, role, is_public, at) "
        "SELECT home_district, case_id, event_id, stored_file_id, role, is_public, at FROM cases_casefile "
        "WHERE case_id = %s AND role = 'report'",
    ],
)
def test_a_file_removed_added_or_turned_into_another_shows(case: Case, statement: str) -> None:
    by_sql(statement, case.id)
    assert findings() == [f"The files of entry 1 of case {case.id} are not those that came with it."]


def test_what_is_erased_on_time_leaves_the_trail_whole(case: Case) -> None:
    with clock_at(now() + KEPT + WEEK):
        erased = erase_expired()
        assert {name for name in erased if name.startswith("cases.")} == {
            "cases.Case.description", "cases.Case.address", "cases.Case.search_tokens", "cases.Case.words_salt",
            "cases.Case.lon", "cases.Case.lat", "cases.Case.tile_key", "cases.Case.position_given",
            "cases.CaseNote.text", "cases.CaseFile.stored_file_id",
        }  # fmt: skip
        assert not CaseNote.objects.exists()
        assert Case.objects.values_list("description", "address", "words_salt").get(id=case.id) == ("", "", None)
        assert findings() == []
        by_sql("UPDATE cases_case SET in_time = false WHERE id = %s", case.id)
        assert findings() == [f"Case {case.id} carries in_time = False, its timeline says True."]


def test_what_is_erased_because_somebody_moved_the_date_shows(case: Case) -> None:
    by_sql("UPDATE cases_case SET closed_at = '2020-01-02 00:00:00+00:00' WHERE id = %s", case.id)
    erase_expired()
    assert Case.objects.get(id=case.id).description == ""
    assert findings()[1:] == [
        f"Description or address of case {case.id} are not what was reported.",
        f"The files of entry 1 of case {case.id} are not those that came with it.",
        f"The files of entry 5 of case {case.id} are not those that came with it.",
    ]


def test_an_open_case_keeps_its_words_however_old_it_is(city: TestCity) -> None:
    case = city.report()
    with clock_at(now() + KEPT + WEEK):
        erase_expired()
        assert findings() == []
        by_sql("UPDATE cases_case SET description = '', words_salt = NULL WHERE id = %s", case.id)
        assert findings() == [f"Description or address of case {case.id} are not what was reported."]


def test_a_case_solved_on_the_spot_is_bound_like_any_other(city: TestCity) -> None:
    report = parse_report(
        uuid=uuid4(), source="grid_worker", description="小广告", lon=115.005, lat=30.005,
        category_id=city.category().id, files=(city.photo("before"), city.photo("after")),
    )  # fmt: skip
    case = solve_on_spot(city.access["worker"].actor(), report, note="已铲除")
    assert findings() == []
    by_sql("UPDATE cases_case SET description = 'x', limit_amount = 99 WHERE id = %s", case.id)
    by_sql("UPDATE cases_casenote SET text = 'x' WHERE case_id = %s", case.id)
    assert len(findings()) == 3


def test_the_child_of_a_split_case_begins_its_own_way_and_binds_its_own_words(city: TestCity) -> None:
    case = city.report()
    for action, given in (("send_to_confirm", {}), ("split", {"note": "还有一处"})):
        who = "acceptance"
        if action == "split":
            case = city.do("worker", case, "confirm", found=True, files=(city.photo(),))
        case = city.do(who, case, action, **given)
    child = Case.objects.get(split_from_id=case.id)
    assert (case.confirmed, child.confirmed) == (True, None)
    assert bytes(child.words_salt or b"") != bytes(case.words_salt or b"")
    assert findings() == []
    by_sql("UPDATE cases_case SET description = 'x' WHERE id = %s", child.id)
    assert findings() == [f"Description or address of case {child.id} are not what was reported."]


def test_a_photo_that_was_cleaned_away_is_refused_and_nothing_kept(city: TestCity) -> None:
    photo = city.photo("report")
    StoredFile.objects.filter(id=photo["stored_file_id"]).delete()
    with pytest.raises(BadInput):
        city.report(files=(photo,))
    assert (Case.objects.count(), CaseFile.objects.count()) == (0, 0)
    city.report(files=(city.photo("report"),))


def test_an_entry_whose_facts_are_no_facts_is_told_without_falling_over(case: Case) -> None:
    """Whoever changes the entries is found by their digests; the rest of the check must live through it."""
    by_sql("UPDATE cases_caseevent SET facts = '[1]' WHERE case_id = %s AND seq = 1", case.id)
    by_sql(
        "UPDATE cases_caseevent SET facts = %s WHERE case_id = %s AND seq = 2",
        '{"limit": "many", "files": 3, "note": 4}', case.id,
    )  # fmt: skip
    found = findings()
    assert sum("recorded rows are changed" in one for one in found) == 2
    assert any("limit_amount" in one for one in found)
