"""Files of ground on their way: opened, looked at with a map of what would change, kept whole in one transaction.

The rows of a table go through engine.py, one by one; a file of ground is taken whole or not at all, by what its declaration says
(linli/core/platform/plug/ground_files.py).
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Final

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.core.exchange.engine import Report
from linli.core.exchange.folder import map_file, table_file, written
from linli.core.exchange.models import ImportedRow, ImportRun
from linli.core.exchange.taking_back import declaration_of
from linli.core.exchange.told import sentence_of
from linli.core.platform.public import (
    Import,
    ImportAsked,
    Refusal,
    Work,
    ground_files,
    in_words,
    insert_rows,
    now,
)
from linli.lib.geo.files import NoPlaces, mended_words, read_places
from linli.lib.geo.layer import Layer
from linli.lib.geo.tables import read_rows
from linli.lib.systems import SystemRefused, name_of, parse_system
from linli.lib.tables import TableError

MOST_DRAWN: Final = 5_000
SHOWN_FAULTS: Final = 300
SHOWN_CHANGES: Final = 300
TRUE_TO: Final = 0.00002  # degrees, some 2 m: a map of a city needs no more
NO_DISTRICT: Final = "city"
FIRST_VALUES: Final = 3


class NotGround(Refusal):
    """A file of ground that cannot be read; the sentence says why and what to do."""

    code = "bad_file"
    status = 422


def read_ground(content: BinaryIO, layer: str, declared: ground_files.File) -> Layer:
    """The layer of a file, by a child process with limits; of one that may be without shapes also a plain table. Raises NotGround."""
    try:
        return read_places(content, layer)
    except NoPlaces as refused:
        if not (declared.shapeless and refused.word == "placeless"):
            raise NotGround(_("The file cannot be read: %s.") % in_words(refused.sentence)) from None
    content.seek(0)
    try:
        return read_rows(content, layer)
    except TableError as error:
        raise NotGround(sentence_of(error)) from None


def understood(layer: Layer) -> dict[str, Any]:
    """What a file says of itself, for its page: layers, the one that was read, coordinate system, encoding, features, shapes by kind."""
    shapes = [wkb for wkb in layer.shapes if wkb is not None]
    kinds = Counter(shapely.get_type_id(shapely.from_wkb(np.array(shapes, dtype=object))).tolist()) if shapes else {}
    names = {0: _("points"), 1: _("lines"), 3: _("polygons"), 4: _("points"), 5: _("lines"), 6: _("polygons")}
    return {
        "layers": list(layer.layers)[:50], "layer": layer.name, "system": _system_words(layer.system), "encoding": layer.encoding,
        "features": len(layer), "shapes": [[names.get(kind, _("mixed shapes")), count] for kind, count in sorted(kinds.items())],
        "notes": [in_words(one) for one in mended_words(layer)],
    }  # fmt: skip


def _system_words(said: str) -> str:
    if not said or said == "?":
        return ""
    try:
        return name_of(parse_system(said))[:120]
    except SystemRefused:
        return said[:120]


def first_values(layer: Layer) -> tuple[tuple[str, ...], ...]:
    """The first features as texts, by columns."""
    return tuple(
        tuple("" if values[place] is None else str(values[place])[:60] for values in layer.columns.values())
        for place in range(min(FIRST_VALUES, len(layer)))
    )


def choices_of(run: ImportRun) -> ground_files.Choices:
    """How somebody wants the file of a run read."""
    return ground_files.Choices.of_text(run.document, run.mapping)


def _opened(run: ImportRun, declared: ground_files.File) -> Layer:
    if run.uuid is None or not table_file(run.uuid).exists():
        raise Refusal(_("The file is not there any more; send it again."))
    return read_ground(io.BytesIO(table_file(run.uuid).read_bytes()), choices_of(run).layer, declared)


def _declared(run: ImportRun) -> tuple[Import, ground_files.File]:
    declared = declaration_of(run.code)
    if declared.ground is None:
        raise LookupError(f"{run.code!r} is no file of ground.")
    return declared, declared.ground


def look_again(run: ImportRun, layer: str) -> tuple[Layer, dict[str, Any]]:
    """Another layer of the file of a run, and what is to be known of it. Raises NotGround."""
    _import, ground = _declared(run)
    if run.uuid is None or not table_file(run.uuid).exists():
        raise Refusal(_("The file is not there any more; send it again."))
    found = read_ground(io.BytesIO(table_file(run.uuid).read_bytes()), layer, ground)
    return found, understood(found)


def look_at(run: ImportRun, access: Any) -> ground_files.Look:
    """What the file of a run would change. Raises Refusal."""
    _import, ground = _declared(run)
    layer = _opened(run, ground)
    choices, asked = choices_of(run), ImportAsked(access=access, now=now(), import_id=run.id)
    found = ground.look(layer, choices, asked)
    other = ground.other_meaning(layer, choices)
    if other is not None and other.question not in found.notes:
        found.notes.append(other.question)
    return found


def draw(run: ImportRun, look: ground_files.Look) -> None:
    """Keeps the map of what would change beside the file: at most five thousand shapes, those that change first, and the faults that have a place."""
    order = {"added": 0, "changed": 1, "ended": 2, "here": 3}
    shaped = sorted((one for one in look.changes if one.shape), key=lambda one: (order[one.what], one.code))[
        :MOST_DRAWN
    ]
    shapes = shapely.from_wkb(np.array([one.shape for one in shaped], dtype=object))
    neat = shapely.simplify(shapes, TRUE_TO, preserve_topology=True)
    features = [
        _feature(json.loads(shapely.to_geojson(shape)), {"what": one.what, "name": one.name, "code": one.code})
        for one, shape in zip(shaped, neat, strict=True)
    ]
    features += [
        _feature(
            {"type": "Point", "coordinates": [one.lon, one.lat]},
            {"what": "fault" if one.grave else "remark", "name": one.mend},
        )
        for one in _placed(look.faults)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
    if run.uuid is not None:
        written(map_file(run.uuid), lambda file: file.write(content))  # fmt: skip


def _feature(geometry: Mapping[str, Any], properties: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _placed(faults: Iterable[ground_files.Fault]) -> list[ground_files.Fault]:
    ordered = sorted(faults, key=lambda one: not one.grave)
    return [one for one in ordered if one.lon is not None and one.lat is not None][:SHOWN_FAULTS]


def told_of(look: ground_files.Look) -> dict[str, Any]:
    """What the page of a run shows of a look: counts, the first codes of each kind, faults with their places, the bounds of all."""
    shapes = [one.shape for one in look.changes if one.shape]
    bounds = shapely.total_bounds(shapely.from_wkb(np.array(shapes, dtype=object))).tolist() if shapes else None
    return {
        "stands_on": look.stands_on, "bounds": bounds, "drawn": min(len(shapes), MOST_DRAWN), "shapes": len(shapes),
        "changes": [
            [what, look.count(what), [[one.code, one.name] for one in look.changes if one.what == what][:SHOWN_CHANGES]]
            for what in ground_files.WHATS
        ],
        "faults": [list(one) for one in sorted(look.faults, key=lambda one: not one.grave)[:SHOWN_FAULTS]], "all_faults": len(look.faults),
    }  # fmt: skip


def report_of(look: ground_files.Look) -> Report:
    """The same counts as those of rows."""
    report = Report(
        added=look.count("added"), changed=look.count("changed") + look.count("ended"), unchanged=look.count("here"), rows=look.rows
    )  # fmt: skip
    for one in look.faults:
        if one.grave:
            report.faults.add(TableError(one.number, one.column or None, one.value, one.mend))
    return report


def refuse_another_ground(run: ImportRun, look: ground_files.Look) -> None:
    """Raises Refusal where what the file is held against is not what it was at the check."""
    was = (run.told or {}).get("ground", {}).get("stands_on")
    if was != look.stands_on:
        raise Refusal(
            _("Somebody changed this ground in between. Check the file again, and look at what would change now.")
        )


def keep(work: Work, run: ImportRun, look: ground_files.Look, access: Any) -> None:
    """Keeps all of it, inside the write that ends the run; what is taken back later is one row."""
    _import, ground = _declared(run)
    choices, asked = choices_of(run), ImportAsked(access=access, now=work.now, import_id=run.id)
    made = ground.keep(work, look, choices, asked, run.file_name)
    if made is not None:
        insert_rows(
            ImportedRow,
            [{
                "home_district": NO_DISTRICT, "code": run.code, "namespace": "", "reference": str(run.id), "subject_id": made,
                "what": "added", "before": "", "run_id": run.id, "row_digest": run.file_sha256[:32],
            }],
        )  # fmt: skip
    counts = {str(what): look.count(what) for what in ground_files.WHATS}
    work.audit("city", f"{run.code}.import_ground", "import", run.id, {"file": run.file_name, **counts})
