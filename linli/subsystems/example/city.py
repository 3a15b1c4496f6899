"""What the example says of a city that is set up and kept running: its step, its check, and what of it hangs on a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from linli.core.access.public import unit_tree
from linli.core.platform.public import CityCheck, Lack, SetupStep, UnitHold
from linli.subsystems.example.models import Bench, BenchNote

BENCHES = {"zh-hans": "长椅", "en": "Benches"}


def notes_there(access: Any) -> str:
    """How many benches were noted."""
    del access
    count = BenchNote.objects.count()
    return ngettext("%s bench noted", "%s benches noted", count) % count if count else ""


def look_for_notes(access: Any) -> Iterator[Lack]:
    """Nothing lacks: a city lives without benches."""
    del access
    yield from ()


def look_for_photos(access: Any) -> Iterator[Lack]:
    """Notes of benches without a photo."""
    del access
    count = BenchNote.objects.filter(photo_id__isnull=True).count()
    if count:
        said = ngettext("%s note of a bench has no photo.", "%s notes of benches have no photo.", count)
        yield Lack(said % count, False, reverse("example:notes"))


def _benches(unit_ids: Sequence[int]) -> dict[int, int]:
    nodes = unit_tree().nodes
    area_of = {unit_id: nodes[unit_id].area_id for unit_id in unit_ids if unit_id in nodes}
    rows = Bench.objects.filter(area_id__in=area_of.values(), retired_at__isnull=True)
    counts = dict(rows.order_by().values_list("area_id").annotate(Count("id")))
    return {unit_id: counts.get(area_id, 0) for unit_id, area_id in area_of.items()}


STEP = SetupStep(
    code="benches",
    titles=BENCHES,
    explained={"zh-hans": "损坏的长椅，可以从表格导入。", "en": "Broken benches, which may come from a table."},
    order=900,
    there=notes_there,
    look=look_for_notes,
    permission="example.view",
    page="example:notes",
    imports=("benches",),
)
CHECK = CityCheck(code="bench_photos", titles=BENCHES, look=look_for_photos, order=900)
HOLD = UnitHold(code="bench", titles={"zh-hans": "辖区内长椅", "en": "benches in its area"}, count=_benches)
