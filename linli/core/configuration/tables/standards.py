"""Case standards: categories with their filing conditions and limits, and how a city's own file of them is read.

A limit in a file may be written as offices do (1天, 4小时, 2紧急工作时). What 天 and 小时 mean is asked once for the file; what cannot be read
is left for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.timelines import Values
from linli.core.catalogue.public import STANDARDS as SETTLED
from linli.core.catalogue.public import CategoryKind, LimitUnit, limit_words
from linli.core.configuration.kinds import ConfigField, parse
from linli.core.configuration.table import ConfigTable, Question
from linli.core.configuration.tables.routing import KINDS
from linli.core.platform.public import BadInput, ImportColumn

OWN = "city"
UNITS = {
    "urgent_hour": {"zh-hans": "紧急工作时", "en": "urgent hours"}, "work_hour": {"zh-hans": "工作时", "en": "work hours"},
    "work_day": {"zh-hans": "工作日", "en": "work days"}, "calendar_day": {"zh-hans": "自然日", "en": "calendar days"},
}  # fmt: skip
ORIGINS = {
    "city": {"zh-hans": "本市规定", "en": "set by the city"}, "default": {"zh-hans": "默认值，待确认", "en": "plausible default"},
    "standard": {"zh-hans": "标准规定", "en": "from the standard"},
}  # fmt: skip
# What a unit in a file says by itself, and what has to be asked. 紧急工作日 is none of the four units of the trade: a person says it.
SAID = {
    "紧急工作时": "urgent_hour",
    "工作时": "work_hour",
    "工作小时": "work_hour",
    "工作日": "work_day",
    "自然日": "calendar_day",
    "日历日": "calendar_day",
}
ASKED = {"天": "days", "日": "days", "小时": "hours", "时": "hours"}
LIMIT = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\s*个?\s*(\D{1,6})")
MOST = Decimal(1000)


def read_limit(words: str) -> tuple[str, str, str]:
    """Amount, unit and the question that a limit leaves open: (“2”, “urgent_hour”, “”), (“1”, “”, “days”); ("", "", "") for none."""
    found = LIMIT.fullmatch(unicodedata.normalize("NFKC", words).strip())
    if found is None or not 0 < Decimal(found[1]) < MOST:
        return "", "", ""
    amount, unit = f"{Decimal(found[1]).normalize():f}", found[2].strip()
    return amount, SAID.get(unit, ""), ASKED.get(unit, "")


def from_file(cells: dict[str, Any]) -> dict[str, Any]:
    """A row of a file: one condition of a category. `limit` is as the file writes it, kept until it is settled."""
    text = cells.get("limit")
    if text and cells.get("amount") is None:
        amount, unit, asked = read_limit(str(text))
        condition = {
            "amount": amount or None,
            "unit": unit,
            "limit": "" if amount and unit and not asked else str(text),
        }
    else:
        condition = {"amount": cells.get("amount"), "unit": cells.get("unit"), "limit": ""}
    given = {name: cells.get(name) for name in (one.code for one in FIELDS) if name != "conditions"}
    given["standard"] = given["standard"] or OWN
    major, code = str(given["major"] or ""), str(given["code"] or "")
    if cells.get("minor"):
        code = f"{major}{cells['minor']}"
    given["code"] = code
    row: dict[str, Any] = {}
    for one in CONDITION_FIELDS:
        open_now = one.code in ("amount", "unit") and condition["limit"]
        row[one.code] = "" if open_now else parse(one, condition.get(one.code, cells.get(one.code)))
    if condition["limit"]:
        row["limit"] = condition["limit"][:60]
    return {**given, "conditions": [row]}


def join(before: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A further condition of the same category."""
    fresh = [one for one in row["conditions"] if one not in before["conditions"]]
    if len(before["conditions"]) + len(fresh) > MOST_CONDITIONS:
        raise BadInput(_("A category has at most %s conditions.") % MOST_CONDITIONS, field="text")
    return {**before, "conditions": [*before["conditions"], *fresh]}


def open_questions(values: Values) -> tuple[set[str], list[str]]:
    """What the limits of a row leave open: questions for the whole file, and what a person has to mend."""
    asked, mend = set(), []
    for one in values.get("conditions", ()):
        if "limit" in one:
            question = read_limit(str(one["limit"]))[2]
            if question:
                asked.add(question)
            else:
                said = {"condition": one["text"], "limit": one["limit"]}
                mend.append(_("“%(condition)s”: the limit “%(limit)s” cannot be read.") % said)
    return asked, mend


def settle(values: dict[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """The same with the limits that the answers close."""
    made = []
    for one in values["conditions"]:
        amount, _unit, asked = read_limit(str(one.get("limit", "")))
        if amount and answers.get(asked):
            one = {name: value for name, value in one.items() if name != "limit"}
            one |= {"amount": amount, "unit": answers[asked]}
        made.append(one)
    return {**values, "conditions": made}


def check(values: dict[str, Any]) -> None:
    """Limits above zero; a code that belongs to its class."""
    for one in values["conditions"]:
        if "limit" not in one and not 0 < Decimal(one["amount"]) < MOST:
            raise BadInput(
                _("Give a number above zero and below 1000, with at most three digits after the point."),
                field="conditions",
            )
    if not values["code"]:
        raise BadInput(_("This must not be empty."), field="code")


def sentence(values: Values) -> str:
    """A category with how many conditions it has, or the one that it has."""
    said = {
        "kind": CategoryKind(values["kind"]).label,
        "code": values["code"],
        "name": values["name"],
        "standard": values["standard"],
    }
    conditions = values["conditions"]
    if len(conditions) == 1 and "limit" not in conditions[0]:
        said["limit"] = limit_words(Decimal(conditions[0]["amount"]), conditions[0]["unit"])
        return _("%(kind)s %(code)s %(name)s: %(limit)s (%(standard)s)") % said
    return _("%(kind)s %(code)s %(name)s: %(count)s conditions (%(standard)s)") % (said | {"count": len(conditions)})


MOST_CONDITIONS = 20
CONDITION_FIELDS = (
    ConfigField(code="text", titles={"zh-hans": "立案条件", "en": "Filing condition"}, most=300, aliases=("filing_condition",)),
    ConfigField(code="amount", titles={"zh-hans": "时限", "en": "Limit"}, kind="amount", aliases=("处置时限数",)),
    ConfigField(code="unit", titles={"zh-hans": "时限单位", "en": "Counted in"}, kind="choice", choices=lambda: UNITS),
    ConfigField(code="closing", titles={"zh-hans": "结案条件", "en": "Closing condition"}, most=300, required=False, aliases=("closing_condition",)),
    ConfigField(
        code="origin", titles={"zh-hans": "时限来源", "en": "Origin of the limit"}, kind="choice", required=False, default="city",
        choices=lambda: ORIGINS,
    ),
    ConfigField(code="text_en", titles={"zh-hans": "英文立案条件", "en": "Filing condition in English"}, most=300, required=False),
    ConfigField(code="closing_en", titles={"zh-hans": "英文结案条件", "en": "Closing condition in English"}, most=300, required=False),
)  # fmt: skip
FIELDS = (
    ConfigField(
        code="standard", titles={"zh-hans": "标准", "en": "Standard"}, most=40, default=OWN,
        explained={"zh-hans": "空着就是本市的标准（city）。", "en": "Empty: the city's own (city)."},
    ),
    ConfigField(code="kind", titles={"zh-hans": "部件或事件", "en": "Component or matter"}, kind="choice", choices=lambda: KINDS, example="matter"),
    ConfigField(
        code="code", titles={"zh-hans": "类别代码", "en": "Category code"}, most=20,
        explained={"zh-hans": "大类代码加小类代码，例如 01001。", "en": "Code of the class and of the category, such as 01001."},
    ),
    ConfigField(code="name", titles={"zh-hans": "小类名称", "en": "Name"}, most=120, aliases=("minor_name", "小类")),
    ConfigField(code="name_en", titles={"zh-hans": "英文小类名称", "en": "Name in English"}, most=120, required=False, aliases=("minor_name_en",)),
    ConfigField(code="major", titles={"zh-hans": "大类代码", "en": "Code of the class"}, most=8, required=False, aliases=("major_code",)),
    ConfigField(code="major_name", titles={"zh-hans": "大类名称", "en": "Name of the class"}, most=80, required=False, aliases=("大类",)),
    ConfigField(code="major_name_en", titles={"zh-hans": "英文大类名称", "en": "Name of the class in English"}, most=80, required=False),
    ConfigField(
        code="everyday_words", titles={"zh-hans": "俗称", "en": "Everyday words"}, most=300, required=False,
        explained={"zh-hans": "用斜线分开。", "en": "Separated by slashes."},
    ),
    ConfigField(code="similar_radius_m", titles={"zh-hans": "查重半径米数", "en": "Alike within, in metres"}, kind="whole", default=50),
    ConfigField(code="similar_hours", titles={"zh-hans": "查重小时数", "en": "Alike within, in hours"}, kind="whole", default=24),
    ConfigField(
        code="conditions", titles={"zh-hans": "立案条件与时限", "en": "Filing conditions and limits"}, kind="rows", required=False, most=MOST_CONDITIONS,
        rows=CONDITION_FIELDS, row_title={"zh-hans": "立案条件", "en": "Condition"},
    ),
)  # fmt: skip
_OPTIONAL = {
    "code": ImportColumn(code="code", titles=FIELDS[2].titles, most=60, explained=FIELDS[2].explained),
    "amount": ImportColumn(code="amount", titles={"zh-hans": "时限数", "en": "Limit as a number"}, kind="decimal"),
    "unit": ImportColumn(code="unit", titles=CONDITION_FIELDS[2].titles, most=60),
}

STANDARDS = ConfigTable(
    code="standards",
    titles={"zh-hans": "立案标准", "en": "Case standards"},
    explained={
        "zh-hans": "立什么案、怎样算结案、多长时间处置。",
        "en": "What is filed, what closes it, how long handling may take.",
    },
    permission="configuration.change",
    fields=FIELDS,
    key_fields=tuple(SETTLED.key),
    timelines=SETTLED.timelines,
    keep=SETTLED.keep,
    sentence=sentence,
    check=check,
    join=join,
    questions=(
        Question(
            code="days", titles={"zh-hans": "这份文件里的“天”是指", "en": "In this file 天 (days) means"},
            choices={"work_day": UNITS["work_day"], "calendar_day": UNITS["calendar_day"]},
        ),
        Question(
            code="hours", titles={"zh-hans": "这份文件里的“小时”是指", "en": "In this file 小时 (hours) means"},
            choices={"work_hour": UNITS["work_hour"], "urgent_hour": UNITS["urgent_hour"]},
        ),
    ),
    open_questions=open_questions,
    settle=settle,
    from_file=from_file,
    file_columns=(
        *_OPTIONAL.values(),
        ImportColumn(
            code="minor", titles={"zh-hans": "小类代码", "en": "Code within the class"}, most=20, aliases=("minor_code",),
            explained={"zh-hans": "与大类代码合成类别代码。", "en": "Joined to the code of the class."},
        ),
        ImportColumn(
            code="limit", titles={"zh-hans": "处置时限", "en": "Limit as written"}, most=60, aliases=("limit_text",), example="",
            explained={"zh-hans": "例如 1天、4小时、2紧急工作时。", "en": "Such as 1天, 4小时, 2紧急工作时."},
        ),
    ),
)  # fmt: skip
assert all(unit in LimitUnit.values for unit in UNITS)  # noqa: S101 - the words of the four units, held when the module is loaded
