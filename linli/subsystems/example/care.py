"""How often benches of a material are looked at: a table of configuration of a department's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.timelines import Kept, Span, Steps, Values
from linli.core.configuration.public import ConfigField, ConfigTable
from linli.core.platform.public import BadInput, DatedRows, Work, title_in
from linli.subsystems.example.models import BenchCare

MATERIALS = {
    "wood": {"zh-hans": "木制长椅", "en": "Wooden benches"},
    "stone": {"zh-hans": "石制长椅", "en": "Stone benches"},
}


def _read() -> Iterable[Kept]:
    for row in BenchCare.objects.order_by("valid_from", "id"):
        yield Kept(row.id, row.valid_from, row.valid_to, {"material": row.material, "per_year": row.per_year})


def _insert(spans: Sequence[Span]) -> None:
    BenchCare.objects.bulk_create(BenchCare(**one.values, valid_from=one.begins, valid_to=one.ends) for one in spans)


def _drop(ids: Sequence[int]) -> None:
    BenchCare.objects.filter(id__in=ids).delete()


ROWS = DatedRows(BenchCare, ("material",), _read, _insert, _drop)


def _keep(_work: Work, wanted: Mapping[str, Steps]) -> None:
    ROWS.keep(wanted)


def _sentence(values: Values) -> str:
    said = {"what": title_in(MATERIALS[str(values["material"])]), "times": values["per_year"]}
    return _("%(what)s are looked at %(times)s times a year") % said


def _check(values: dict[str, Any]) -> None:
    if not 1 <= values["per_year"] <= 366:
        raise BadInput(_("Give a number from 1 to 366."), field="per_year")


CARE = ConfigTable(
    code="bench_care",
    titles={"zh-hans": "长椅巡检次数", "en": "Care of benches"},
    explained={
        "zh-hans": "每种材质的长椅每年巡检几次。",
        "en": "How often in a year benches of a material are looked at.",
    },
    permission="example.view",
    fields=(
        ConfigField(
            code="material", titles={"zh-hans": "材质", "en": "Material"}, kind="choice", choices=lambda: MATERIALS
        ),
        ConfigField(code="per_year", titles={"zh-hans": "每年次数", "en": "Times a year"}, kind="whole"),
    ),
    key_fields=("material",),
    timelines=ROWS.timelines,
    keep=_keep,
    sentence=_sentence,
    check=_check,
)
