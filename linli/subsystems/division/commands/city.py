"""`linli city import-osm`: a city out of an extract of OpenStreetMap, with an account of every object."""

from __future__ import annotations

import json
import time
from collections import Counter
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import override

from linli.lib.bad_rows import progress, refuse_bad_rows
from linli.lib.speech import group, language_option, option, reader_language
from linli.subsystems.division.commands.engine import command
from linli.subsystems.division.commands.options import Output, outline_options, whole_option

if TYPE_CHECKING:
    from linli.subsystems.division.city.things import CityExtract

MOST_UNKNOWN = 12


@group(short_help="bring a whole city in from OpenStreetMap")
def city() -> None:
    """A city from its map alone: areas, streets, buildings and components, ready to be divided into grids."""


@command("import-osm", short_help="bring in areas, streets, buildings and components of an extract")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--name", default="", help="name of the city where there is none yet; default: by the file")
@option("--name-en", "english", default="", help="its English name")
@option("--code", default="", help="its code; default: osm-city")
@outline_options
@whole_option
@option(
    "--report", "report_file", type=Output(path_type=Path, dir_okay=False), help="write the account into a JSON file"
)
@option("--dry-run", is_flag=True, help="do everything but the commit, and say what would happen")
@language_option
def import_osm(
    file: Path, name: str, english: str, code: str, outlines: Path | None, outlines_layer: str, code_column: str, name_column: str,
    report_file: Path | None, *, whole: bool, dry_run: bool, language: str | None,
) -> None:  # fmt: skip
    """Brings in an extract of OpenStreetMap (.osm.pbf, .osm): areas, named streets, buildings with reckoned households, and components by the
    categories of the standard, as one import. Every object of these kinds is taken, or told with the reason why not.

    The same extract again changes nothing; a newer one only what differs. `linli import --undo NUMBER` takes an import back. With
    --communities the areas are those of a file with the city's own codes. Data © OpenStreetMap contributors, ODbL.
    """
    from linli.core.platform.public import refuse_missing_database
    from linli.subsystems.division.city.areas import CityAsked
    from linli.subsystems.division.city.bringing import import_city
    from linli.subsystems.division.city.reading import read_city
    from linli.subsystems.division.ground.outlines import OutlineFile, read_outlines
    from linli.subsystems.division.public import GroundRefused

    begun = time.perf_counter()
    with override(language or reader_language()):
        if outlines is not None and whole:
            raise click.UsageError(_("Give either --communities or --whole."))
        refuse_missing_database()
        own = (
            None if outlines is None else read_outlines(OutlineFile(outlines, outlines_layer, code_column, name_column))
        )
        try:
            extract = read_city(file, CityAsked(name, english, _code(code), own, whole=whole))
        except GroundRefused as refused:
            refuse_bad_rows([error.fault for error in refused.errors], refused.total, features=True)
            raise
        with progress(2 * len(extract.things), _("Keeping")) as advance:
            half = len(extract.things)
            report, gone = import_city(
                extract,
                dry_run=dry_run,
                on_progress=lambda reading, rows: advance(rows + (half if reading == "keep" else 0)),
            )
        for line in account_lines(extract):
            click.echo(line)
        click.echo(_done(report, gone, time.perf_counter() - begun, dry_run=dry_run))
        if report_file is not None:
            report_file.write_text(
                json.dumps(account_table(extract, gone), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )


city.add_command(import_osm)


def _code(given: str) -> str:
    from linli.core.areas.public import is_area_code
    from linli.core.platform.public import BadInput

    if given and not is_area_code(given):
        raise BadInput(
            _("“%s” is no code of an area: letters, digits, dots and hyphens, at most 32.") % given[:60], field="code"
        )
    return given


def account_lines(extract: CityExtract) -> list[str]:
    """What became of every object: a line for each kind, each kind of component and each reason."""
    from linli.subsystems.division.city.things import COMPONENT, KINDS, TAKEN

    lines = []
    for kind in KINDS:
        total = extract.account.total(kind)
        lines.append(
            _("%(kind)s: %(all)d in the extract, %(taken)d taken")
            % {"kind": _kind(kind), "all": total.total(), "taken": total[TAKEN]}
        )
        lines += [f"    {count} {_reason(why)}" for why, count in total.most_common() if why != TAKEN]
        if kind == COMPONENT:
            parts = sorted(
                ((what, became) for (one, what), became in extract.account.counts.items() if one == kind),
                key=lambda part: part[0],
            )
            for what, became in parts:
                left = ", ".join(f"{count} {_reason(why)}" for why, count in became.items() if why != TAKEN)
                lines.append(f"    {what} {_category(what)}: {became.total()}" + (f" ({left})" if left else ""))
    unknown = extract.account.unknown
    if unknown:
        lines.append(_("Left, since the standard has no such component: %d objects") % unknown.total())
        lines += [f"    {count} {tag}" for tag, count in unknown.most_common(MOST_UNKNOWN)]
        rest = unknown.total() - sum(count for _tag, count in unknown.most_common(MOST_UNKNOWN))
        if rest:
            lines.append("    " + _("%d others; --report names all of them") % rest)
    return lines


def account_table(extract: CityExtract, gone: Counter[str]) -> dict[str, Any]:
    """The account as data: by kind and what it is, numbers by what became of the objects; tags without a category; what is there no more."""
    kinds: dict[str, dict[str, dict[str, int]]] = {}
    for (kind, what), became in sorted(extract.account.counts.items()):
        kinds.setdefault(kind, {})[what] = dict(became)
    return {
        "file": extract.name, "sha256": extract.digest, "attribution": "© OpenStreetMap contributors (ODbL)", "kinds": kinds,
        "without_category": dict(extract.account.unknown.most_common()), "no_more": dict(gone),
    }  # fmt: skip


def _kind(kind: str) -> str:
    return {"area": _("Areas"), "street": _("Streets"), "building": _("Buildings"), "component": _("Components")}[kind]


def _reason(why: str) -> str:
    return {
        "unnamed": _("without a name"), "cut": _("all of whose places lie outside of the extract"),
        "incomplete": _("not complete in the extract"), "planned": _("planned, being built, or no street"),
        "no_area": _("in no community"), "coarse": _("of a level of boundaries that is not taken"),
        "square": _("a square or a place, no line"),
        "other_areas": _("not taken, since the city has its areas from elsewhere or the extract is one community"),
    }[why]  # fmt: skip


def _category(code: str) -> str:
    from linli.core.catalogue.public import catalogue
    from linli.subsystems.division.city.kinds import STANDARD

    found = catalogue().by_code.get((STANDARD, "component", code))
    return found.title if found else ""


def _done(report: Any, gone: Counter[str], seconds: float, *, dry_run: bool) -> str:
    counts = {
        "added": report.added, "changed": report.changed, "unchanged": report.unchanged, "gone": gone.total(), "seconds": seconds,
        "number": report.import_id or "—",
    }  # fmt: skip
    if dry_run:
        said = _(
            "Would be: %(added)s new, %(changed)s changed (%(gone)s of them there no more), %(unchanged)s here already. "
            "Nothing was changed (%(seconds).1f s)."
        )
    else:
        said = _(
            "%(added)s new, %(changed)s changed (%(gone)s of them there no more), %(unchanged)s here already; "
            "import %(number)s (%(seconds).1f s)."
        )
    return said % counts + " © OpenStreetMap contributors"
