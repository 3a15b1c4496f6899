"""Official codes, with examples from the standards."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.codes import (
    AreaLevel,
    CaseNumber,
    CodeError,
    ComponentCode,
    ComponentCode30428,
    MatterCode,
    TownshipKind,
    UnitGridCode,
    area_level,
    area_prefix,
    is_citizen_number,
    is_organisation_code,
    is_within,
    parent_area_code,
    parse_area_code,
    parse_component_code,
    township_kind,
)


@pytest.mark.parametrize(
    ("code", "level", "parent", "prefix"),
    [
        ("320000000000", AreaLevel.PROVINCE, None, "32"),
        ("320500000000", AreaLevel.CITY, "320000000000", "3205"),
        ("320508000000", AreaLevel.DISTRICT, "320500000000", "320508"),
        ("320508001000", AreaLevel.STREET, "320508000000", "320508001"),
        ("320508001002", AreaLevel.COMMUNITY, "320508001000", "320508001002"),
        # Ten as a group must not lose its zero.
        ("110000000000", AreaLevel.PROVINCE, None, "11"),
        ("441000000000", AreaLevel.CITY, "440000000000", "4410"),
        ("320510000000", AreaLevel.DISTRICT, "320500000000", "320510"),
        # Dongguan has no districts: its towns follow the city.
        ("441900003000", AreaLevel.STREET, "441900000000", "441900003"),
        ("441900003001", AreaLevel.COMMUNITY, "441900003000", "441900003001"),
    ],
)
def test_an_area_code_tells_its_level_and_its_parent(
    code: str, level: AreaLevel, parent: str | None, prefix: str
) -> None:
    assert parse_area_code(f" {code}\n") == code
    assert area_level(code) is level
    assert parent_area_code(code) == parent
    assert area_prefix(code) == prefix
    if parent is not None:
        assert parse_area_code(parent) == parent
        assert is_within(code, parent)
        assert not is_within(parent, code)
    assert is_within(code, code)


def test_a_neighbouring_area_is_not_within() -> None:
    assert not is_within("320509001000", "320508000000")
    assert not is_within("320508001002", "320508002000")


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("", "has 0 characters"),
        ("320508", "has 6 characters; give 12 digits"),
        ("3205080010O2", "'O' at place 11"),
        ("３２０５０８００１００２", "'３' at place 1"),
        ("990000000000", "starts with 99, which is no province"),
        ("000000000000", "starts with 00, which is no province"),
        ("320008000000", "a district without its city"),
        ("320000001000", "a street without its city"),
        ("320508000002", "a community without its street"),
    ],
)
def test_a_code_that_is_none_is_refused_with_what_is_wrong(code: str, complaint: str) -> None:
    with pytest.raises(CodeError) as refusal:
        parse_area_code(code)
    assert complaint in str(refusal.value)


def test_codes_of_other_systems_pass_as_they_are_and_are_not_taken_apart() -> None:
    assert parse_area_code(" Ward 5 ", "boston-wards") == "Ward 5"
    assert area_level("320508000000", "cn-police-9") is None
    assert parent_area_code("320508000000", "cn-police-9") is None
    for wrong in ("", "  ", "x" * 41, "a\x00b"):
        with pytest.raises(CodeError, match="empty, too long or not printable"):
            parse_area_code(wrong, "boston-wards")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("320508001002", TownshipKind.STREET),
        ("320508100000", TownshipKind.TOWN),
        ("320508205000", TownshipKind.TOWNSHIP),
        ("320508301000", TownshipKind.TOWNSHIP),
        ("320508401000", TownshipKind.SIMILAR_UNIT),
        ("320508599000", TownshipKind.SIMILAR_UNIT),
        ("320508600000", None),
        ("320508000000", None),
    ],
)
def test_the_third_group_tells_the_kind_of_township(code: str, kind: TownshipKind | None) -> None:
    assert township_kind(code) is kind


def test_object_codes_come_apart_as_their_standards_say() -> None:
    assert UnitGridCode.parse("320508001002003") == UnitGridCode("320508", "001", "002", "003")
    assert MatterCode.parse("32050801002") == MatterCode("320508", "01", "002")
    assert parse_component_code("3205080101000001") == ComponentCode30428("320508", "01", "01", "000001")
    assert parse_component_code("32050801001000001") == ComponentCode("320508", "01", "001", "000001")


@given(st.sampled_from([UnitGridCode, MatterCode, ComponentCode, ComponentCode30428]), st.data())
def test_object_codes_survive_being_taken_apart(
    kind: type[UnitGridCode | MatterCode | ComponentCode | ComponentCode30428], data: st.DataObject
) -> None:
    width = sum(kind.WIDTHS)
    code = data.draw(st.text("0123456789", min_size=width, max_size=width))
    assert str(kind.parse(code)) == code
    wrong = data.draw(st.text("0123456789", max_size=25).filter(lambda text: len(text) != width))
    with pytest.raises(CodeError, match=f"give {width} digits"):
        kind.parse(wrong)


def test_a_group_of_the_wrong_width_is_refused_by_name() -> None:
    with pytest.raises(CodeError, match="street of the unit grid code '01' has 2 characters; give 3 digits"):
        UnitGridCode("320508", "01", "002", "003")


def test_a_case_number_is_the_district_the_day_and_a_running_number() -> None:
    number = CaseNumber("320508", date(2026, 7, 11), 42)
    assert str(number) == "32050820260711000042"
    assert CaseNumber.parse("320508 20260711-000042") == number


@given(st.integers(100_000, 999_999), st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(1, 999_999))
def test_a_case_number_survives_being_written(area: int, filed_on: date, running: int) -> None:
    number = CaseNumber(str(area), filed_on, running)
    assert CaseNumber.parse(str(number)) == number


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("3205082026071100004", "has 19 characters"),
        ("32050820261311000042", "20261311 where its date should stand"),
        ("32050820260711000000", "running number 0 is out of range"),
        ("32050820260711A00042", "'A' at place 15"),
    ],
)
def test_a_case_number_with_a_slip_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(CodeError) as refusal:
        CaseNumber.parse(text)
    assert complaint in str(refusal.value)


def test_a_running_number_beyond_six_digits_is_refused() -> None:
    with pytest.raises(CodeError, match="1 to 999999"):
        CaseNumber("320508", date(2026, 7, 11), 1_000_000)


def test_numbers_of_organisations_and_citizens_are_checked_by_their_check_characters() -> None:
    assert is_organisation_code("91350100M000100Y43")
    assert not is_organisation_code("91350100M000100Y44")
    assert is_citizen_number("11010519491231002X")
    assert not is_citizen_number("110105194912310021")
    assert not is_citizen_number("11010519490231002X")
    assert not is_citizen_number("１１０１０５１９４９１２３１００２Ｘ")
