"""Writes of the example: a note, and the case that comes of it, in one transaction."""

from __future__ import annotations

from uuid import UUID, uuid5

from linli.core.areas.public import area_tree
from linli.core.cases.public import parse_report, report_case
from linli.core.catalogue.public import catalogue
from linli.core.platform.public import Actor, row_uuid, write
from linli.subsystems.example.models import BenchNote

CATEGORY = ("example", "component", "X01")


def note_bench(
    actor: Actor, *, uuid: UUID, place: str, lon: float, lat: float, photo_id: int | None = None
) -> BenchNote:
    """Keeps a note and reports the case. Raises BadInput. The same uuid twice raises IntegrityError."""
    report = parse_report(
        uuid=uuid5(uuid, "case"), source="inspection", description=place, lon=lon, lat=lat,
        category_id=catalogue().by_code[CATEGORY].id,
    )  # fmt: skip
    with write(actor) as work:
        case, _similar = report_case(actor, report)
        columns = area_tree().scope_columns(case.area_id)
        note = BenchNote.objects.create(
            **columns,
            uuid=row_uuid(work.actor, uuid),
            place=report.description,
            noted_at=work.now,
            case_id=case.id,
            lon=lon,
            lat=lat,
            photo_id=photo_id,
        )
        work.emit("example.noted", "bench_note", note.id, {"case": case.id})
        work.send("mail", "benches@example.cn", "example.noted", {"place": report.description}, key=f"bench:{note.id}")
        work.audit(area_tree().audit_chain(case.area_id), "example.note", "bench_note", note.id, {"case": case.id})
    return note
