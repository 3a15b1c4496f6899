"""The report of burden: how much the forms of each unit asked of people in a period, and how much of it was known already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from linli.core.access.public import Access, restrict, unit_title
from linli.core.forms.models import AnswerSheet, Form, SheetState
from linli.core.forms.reading import title_of
from linli.core.platform.public import Indicator, day_start, subsystems, title_in


@dataclass(slots=True)
class Burden:
    """What one form of a unit asked: sheets, answers, answers that were known and kept, answers asked although they were known.

    `facts` counts the last by their keys. Asked twice is what was known when the sheet was sent, by an answer within its time or by
    another area, and had not been shown.
    """

    form_id: int
    unit_id: int | None
    unit: str
    form: str
    sheets: int = 0
    asked: int = 0
    kept: int = 0
    twice: int = 0
    facts: Counter[str] = field(default_factory=Counter)


def sheets_sent(access: Access, first: date, last: date) -> QuerySet[AnswerSheet]:
    """The sheets that this person may see, sent from the first to the last day."""
    rows = restrict(access, "form.view", AnswerSheet.objects.filter(state=SheetState.SENT))
    return rows.filter(sent_at__gte=day_start(first), sent_at__lt=day_start(last + timedelta(days=1)))


def burden(access: Access, first: date, last: date) -> list[Burden]:
    """The forms of the sheets that this person may see, sent from the first to the last day; who asked most twice comes first.

    Three statements; rows are read only of sheets that asked something twice.
    """
    rows = sheets_sent(access, first, last).order_by()
    counted = rows.values_list("form_id").annotate(Count("id"), Sum("asked_count"), Sum("kept_count"))
    found = {form_id: (sheets, asked, kept) for form_id, sheets, asked, kept in counted}
    departments = {one.code: title_in(one.titles) for one in subsystems()}
    made: dict[int, Burden] = {}
    for form in Form.objects.filter(id__in=found):
        who = unit_title(form.owner_unit_id) or departments.get(form.origin, "")
        made[form.id] = Burden(form.id, form.owner_unit_id, who, title_of(form), *found[form.id])
    for form_id, again in rows.exclude(again_facts=[]).values_list("form_id", "again_facts").iterator():
        made[form_id].twice += len(again)
        made[form_id].facts.update(again)
    return sorted(made.values(), key=lambda one: (-one.twice, -one.asked, one.form))


def asked_twice(scope: Any) -> tuple[float, float]:
    """Answers that were asked although they were known, of all that were asked; two statements. `scope` is an IndicatorScope of cases,
    which stand above forms."""
    rows = scope.rows(AnswerSheet.objects.filter(scope.within("sent_at"), state=SheetState.SENT)).order_by()
    asked = rows.aggregate(all=Sum("asked_count"))["all"] or 0
    twice = sum(len(facts) for facts in rows.exclude(again_facts=[]).values_list("again_facts", flat=True).iterator())
    return float(twice), float(asked)


ASKED_TWICE = Indicator(
    code="asked_twice",
    titles={"zh-hans": "重复填报率", "en": "Asked twice"},
    numerator={"zh-hans": "其中系统已掌握仍要求填写的", "en": "of these, asked although they were known"},
    denominator={"zh-hans": "各表单要求填写的项数", "en": "Answers that forms asked for"},
    period={"zh-hans": "按交表时间", "en": "by the moment the sheet was handed in"},
    exclusions={"zh-hans": "没有设数据项的问题", "en": "Questions without a fact key"},
    compute=asked_twice,
    better="low",
)
