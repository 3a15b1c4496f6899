"""`linli grids regular`: unit grids of about 10,000 m² out of the outlines of communities, as a file to look at and to bring in."""

from __future__ import annotations

from pathlib import Path

import click

from linli.config.commands.language import spoken
from linli.lib.speech import command, option

SHOWN = 12


@command("regular", short_help="cut communities into unit grids with 15-digit codes")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--area", "areas", multiple=True, metavar="CODE", help="only the communities of this area; may be repeated")
@option(
    "--side-m", type=click.FloatRange(20, 1000), default=100.0, show_default=True, help="side of the squares in metres"
)
@spoken
def regular(file: Path, areas: tuple[str, ...], side_m: float) -> None:
    """Writes unit grids into FILE, which is what its name says: .gpkg, .zip (Shapefile), .geojson or .xlsx.

    Each community with an outline is cut along a lattice of squares; what its border leaves of a square is joined to the piece beside it. Numbers go from
    west to east, then from north to south. `linli grids import FILE --layer unit` brings them in.
    """
    from django.utils.translation import gettext as _

    from linli.core.grids.public import regular_grids
    from linli.core.platform.public import BadInput, in_words
    from linli.lib.geo.writing import FORMATS, CannotHold, written

    if file.suffix.lower() not in FORMATS:
        raise BadInput(_("The name of the file ends in one of: %s.") % ", ".join(FORMATS), field="file")
    try:
        found = regular_grids(side_m, areas)
    except KeyError as unknown:
        raise BadInput(_("There is no area with the code “%s”.") % str(unknown.args[0])[:40], field="area") from None
    for node, pieces, side in found.overflowing:
        click.echo(
            _(
                "%(name)s (%(code)s) would have %(pieces)d unit grids, and three digits number 999: give it a side of %(side)d m, or divide it."
            )
            % {"name": node.title, "code": node.code, "pieces": pieces, "side": side},
            err=True,
        )
    if found.overflowing:
        raise BadInput(
            _("Nothing was written: %d communities have too many unit grids.") % len(found.overflowing), field="side_m"
        )
    for sentence, nodes in (
        (_("%(count)d communities have no outline and get no unit grids: %(names)s"), found.without_outline),
        (_("%(count)d communities have no 12-digit code and get no unit grids: %(names)s"), found.foreign),
    ):
        if nodes:
            names = ", ".join(node.title for node in nodes[:SHOWN]) + (" …" if len(nodes) > SHOWN else "")
            click.echo(sentence % {"count": len(nodes), "names": names}, err=True)
    if not len(found.layer):
        raise BadInput(
            _("No community has an outline; bring outlines in on the page of imports (areas)."), field="area"
        )
    try:
        content = written(found.layer, file.suffix.lower())
    except CannotHold as refused:
        raise BadInput(in_words(refused.sentence), field="file") from None
    half = file.with_name(f"{file.name}.part")
    half.write_bytes(content)
    half.replace(file)
    click.echo(_("%(count)s unit grids written to %(file)s.") % {"count": len(found.layer), "file": file})
