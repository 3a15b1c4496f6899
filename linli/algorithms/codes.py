"""The official codes: take them apart, put them together, say what is wrong with one. Nothing here stores anything.

Beside it stands `linli.algorithms.tracking`, the number that residents get, which is random and says nothing about
the case.

Sources. Area codes: the statistical division codes of the National Bureau of Statistics, 12 digits, first six as in
GB/T 2260, township digits as in GB/T 10114. Unit grids: CJ/T 213 (15 digits). Components: GB/T 47678.5 (17 digits)
and GB/T 30428.2 (16). Matters: GB/T 47678.5 (11). Organisations: GB 32100; citizens: GB 11643, both through
python-stdnum. What linli itself lays down is the form of the case number. Two nine-digit township code systems are in
use that disagree, and other nations have codes of their own: so a code never travels without its `code_system`, and
only codes of STATISTICAL are taken apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, Self

from stdnum.cn import ric, uscc

from linli.lib.refusal import Refusal, Sentence

STATISTICAL: Final = "cn-statistical-12"

# Digits after which each level ends, from the top.
_LEVEL_ENDS: Final = (2, 4, 6, 9, 12)
_PROVINCES: Final = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for number in range(first, last + 1)
)
_LONGEST_FOREIGN_CODE: Final = 40


class CodeError(Refusal):
    """A code that is not one; the sentence names what is wrong and what would be right."""


class AreaLevel(StrEnum):
    """The five levels of the statistical code, from the top."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


class TownshipKind(StrEnum):
    """What the third group of digits says a township-level area is."""

    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    SIMILAR_UNIT = "similar_unit"


_LEVELS: Final = tuple(AreaLevel)


def parse_area_code(text: str, code_system: str = STATISTICAL) -> str:
    """The code as it is stored. Statistical codes are checked; a code of another system only loses its outer spaces.

    Raises CodeError. What stands above a code can be missing in between at one place only: towns of a city without
    districts (441900003000 in Dongguan) follow the city directly.
    """
    code = text.strip()
    if code_system != STATISTICAL:
        if not code or len(code) > _LONGEST_FOREIGN_CODE or not code.isprintable():
            raise CodeError(
                "the area code %(value)r is empty, too long or not printable; give 1 to %(most)d characters",
                value=text,
                most=_LONGEST_FOREIGN_CODE,
            )
        return code
    _check_digits(code, 12, Sentence("area code"))
    if code[:2] not in _PROVINCES:
        raise CodeError(
            "the area code %(value)s starts with %(province)s, which is no province", value=code, province=code[:2]
        )
    _province, city, district, street, community = _area_groups(code)
    holes = (
        (district and not city, "a district without its city (digits 3 and 4 are 00)"),
        (street and not city, "a street without its city (digits 3 and 4 are 00)"),
        (community and not street, "a community without its street (digits 7 to 9 are 000)"),
    )
    for hole, name in holes:
        if hole:
            raise CodeError("the area code %(value)s names %(hole)s; check the digits", value=code, hole=Sentence(name))
    return code


def _area_groups(code: str) -> tuple[int, ...]:
    return tuple(int(code[start:end]) for start, end in zip((0, *_LEVEL_ENDS), _LEVEL_ENDS, strict=False))


def area_level(code: str, code_system: str = STATISTICAL) -> AreaLevel | None:
    """The level that a parsed code stands for; None for other systems, whose codes say nothing to us."""
    return _LEVELS[_depth(code)] if code_system == STATISTICAL else None


def _depth(code: str) -> int:
    return max(depth for depth, group in enumerate(_area_groups(code)) if group)


def area_prefix(code: str) -> str:
    """The leading digits of a parsed statistical code that every area below it shares."""
    return code[: _LEVEL_ENDS[_depth(code)]]


def parent_area_code(code: str, code_system: str = STATISTICAL) -> str | None:
    """The parsed code one level up (the city for a town of a city without districts); None for a province or another
    system.
    """
    if code_system != STATISTICAL or not (depth := _depth(code)):
        return None
    return code[: _LEVEL_ENDS[depth - 1]].ljust(12, "0")


def is_within(code: str, ancestor: str) -> bool:
    """Whether a parsed statistical code lies in another one's area, or is it."""
    return code.startswith(area_prefix(ancestor))


def township_kind(code: str) -> TownshipKind | None:
    """What kind of township the third group names: 0xx street, 1xx town, 2xx-3xx township, 4xx-5xx similar; None
    above that level.

    Digits 6 to 9 are not laid down and give None too.
    """
    if code[6:9] == "000":
        return None
    kinds = {
        "0": TownshipKind.STREET,
        "1": TownshipKind.TOWN,
        "2": TownshipKind.TOWNSHIP,
        "3": TownshipKind.TOWNSHIP,
        "4": TownshipKind.SIMILAR_UNIT,
        "5": TownshipKind.SIMILAR_UNIT,
    }
    return kinds.get(code[6])


@dataclass(frozen=True)
class _FixedCode:
    """A code of digit groups with fixed widths. Fields are the groups, in order; `str()` puts them together again."""

    NAME: ClassVar[str]
    WIDTHS: ClassVar[tuple[int, ...]]

    def __str__(self) -> str:
        return "".join(vars(self).values())

    def __post_init__(self) -> None:
        for (name, digits), width in zip(vars(self).items(), self.WIDTHS, strict=True):
            _check_digits(
                digits, width, Sentence("%(part)s of the %(code)s", {"part": name, "code": Sentence(self.NAME)})
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a code apart. Raises CodeError when its length or a character is wrong."""
        code = text.strip()
        _check_digits(code, sum(cls.WIDTHS), Sentence(cls.NAME))
        groups, start = [], 0
        for width in cls.WIDTHS:
            groups.append(code[start : start + width])
            start += width
        return cls(*groups)


@dataclass(frozen=True)
class UnitGridCode(_FixedCode):
    """单元网格, about 10,000 m²: running numbers go from west to east, then from north to south."""

    NAME = "unit grid code"
    WIDTHS = (6, 3, 3, 3)
    area: str
    street: str
    community: str
    running: str


@dataclass(frozen=True)
class ComponentCode(_FixedCode):
    """部件 by GB/T 47678.5: one thing that stands in public space."""

    NAME = "component code (GB/T 47678.5)"
    WIDTHS = (6, 2, 3, 6)
    area: str
    major: str
    minor: str
    running: str


@dataclass(frozen=True)
class ComponentCode30428(_FixedCode):
    """部件 by GB/T 30428.2, which installed cities still run on."""

    NAME = "component code (GB/T 30428.2)"
    WIDTHS = (6, 2, 2, 6)
    area: str
    major: str
    minor: str
    running: str


@dataclass(frozen=True)
class MatterCode(_FixedCode):
    """事项 by GB/T 47678.5: a type of matter in an area, not a case."""

    NAME = "matter code"
    WIDTHS = (6, 2, 3)
    area: str
    major: str
    minor: str


def parse_component_code(text: str) -> ComponentCode | ComponentCode30428:
    """A component code of either standard; the length, 17 or 16, tells which. Raises CodeError."""
    if len(text.strip()) == 16:
        return ComponentCode30428.parse(text)
    return ComponentCode.parse(text)


@dataclass(frozen=True)
class CaseNumber:
    """The official number of a case: six digits of the district, the date of filing, a running number of that
    district and day.

    Written as 20 digits, so that numbers of a district sort by time. `str()` writes it.
    """

    area: str
    filed_on: date
    running: int

    def __post_init__(self) -> None:
        _check_digits(self.area, 6, Sentence("area of the case number"))
        if not 1 <= self.running <= 999_999:
            raise CodeError("the running number %(value)d is out of range; give 1 to 999999", value=self.running)

    def __str__(self) -> str:
        return f"{self.area}{self.filed_on:%Y%m%d}{self.running:06d}"

    @classmethod
    def parse(cls, text: str) -> CaseNumber:
        """Take a case number apart; spaces and hyphens between its digits are left out. Raises CodeError."""
        digits = text.translate({ord(" "): None, ord("-"): None})
        _check_digits(digits, 20, Sentence("case number"))
        try:
            filed_on = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
        except ValueError:
            raise CodeError(
                "the case number %(value)s has %(day)s where its date should stand; write the date as year, month, day",
                value=digits,
                day=digits[6:14],
            ) from None
        return cls(digits[:6], filed_on, int(digits[14:]))


def is_organisation_code(text: str) -> bool:
    """Whether the text is a unified social credit identifier (统一社会信用代码, 18 characters) with a right check
    character.
    """
    return text.isascii() and bool(uscc.is_valid(text))


def is_citizen_number(text: str) -> bool:
    """Whether the text is a citizen identity number (公民身份号码, 18 characters) with a real date and a right check
    character.

    Validity of form only: nothing is looked up, and a number that passes need not have been given to anybody.
    """
    return text.isascii() and bool(ric.is_valid(text))


def _check_digits(code: str, width: int, name: Sentence) -> None:
    if len(code) != width:
        raise CodeError(
            "the %(name)s %(value)r has %(given)d characters; give %(width)d digits",
            name=name,
            value=code,
            given=len(code),
            width=width,
        )
    for position, character in enumerate(code, start=1):
        if not ("0" <= character <= "9"):
            raise CodeError(
                "the %(name)s %(value)r has %(character)r at place %(position)d; give %(width)d digits",
                name=name,
                value=code,
                character=character,
                position=position,
                width=width,
            )
