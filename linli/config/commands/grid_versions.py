"""Versions of the grids from the command line: what there is, taken back, another day, undone, and who follows to new grids.

The same can be done on the page of a version. Importing grids stands in imports.py, publishing a proposal with the division.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linli.config.commands.language import spoken
from linli.lib.speech import command, option

if TYPE_CHECKING:
    from linli.core.grids.public import GridSetVersion

NUMBER = click.argument("number", type=click.IntRange(min=1))
layer_option = option("--layer", "layer_code", default="main", show_default=True, help="code of the layer")
by_option = option("--by", "username", default="", help="sign-in name of whoever decided it; it stands in the version")
reason_option = option("--reason", default="", help="why; it stands in the version")


def _version(layer_code: str, number: int) -> GridSetVersion:
    from django.utils.translation import gettext as _

    from linli.core.grids.public import GridSetVersion
    from linli.core.platform.public import BadInput

    rows = GridSetVersion.objects.select_related("layer").filter(layer__code=layer_code, number=number)
    version = rows.first()
    if version is None:
        raise BadInput(
            _("Layer “%(layer)s” has no version %(number)d; linli grids versions shows them.")
            % {"layer": layer_code[:40], "number": number},
            field="number",
        )
    return version


@command("versions", short_help="what is announced, in force and past")
@layer_option
@spoken
def versions(layer_code: str) -> None:
    """Prints the versions of a layer, newest first: number, state, from when, how many grids, who published it, and why."""
    from django.utils.translation import gettext as _

    from linli.core.access.public import names_of
    from linli.core.grids.public import GridSetVersion, version_at
    from linli.core.platform.public import local_time, now

    rows = list(GridSetVersion.objects.filter(layer__code=layer_code).order_by("-number"))
    if not rows:
        click.echo(_("Layer “%s” has no versions.") % layer_code)
        return
    current, names = version_at(rows[0].layer_id, now()), names_of({one.published_by_id for one in rows})
    for one in rows:
        if one.taken_back_at:
            state = _("taken back")
        elif current is not None and one.id == current.id:
            state = _("in force")
        else:
            state = _("announced") if one.valid_from > now() else _("past")
        who = names.get(one.published_by_id or 0, "") or _("by command")
        why = one.taken_back_reason or one.reason or one.source
        click.echo(
            f"{one.number:4d}  {state}  {local_time(one.valid_from):%Y-%m-%d %H:%M}  {one.grid_count}  {who}  {why}"
        )


@command("take-back", short_help="take back a version that has not begun")
@NUMBER
@layer_option
@reason_option
@by_option
@spoken
def take_back_version(number: int, layer_code: str, reason: str, username: str) -> None:
    """Takes back version NUMBER of a layer: it never begins, and the grids in force go on."""
    from django.utils.translation import gettext as _

    from linli.core.access.public import actor_named
    from linli.core.grids.public import take_back

    take_back(actor_named(username), version=_version(layer_code, number), reason=reason[:200])
    click.echo(_("Version %d is taken back; the grids in force go on.") % number)


@command("move", short_help="give an announced version another day")
@NUMBER
@option("--from", "from_day", required=True, metavar="DAY", help="in force from that day on; today means at once")
@layer_option
@by_option
@spoken
def move_version(number: int, from_day: str, layer_code: str, username: str) -> None:
    """Brings version NUMBER of a layer forward, or puts it off."""
    from django.utils.translation import gettext as _

    from linli.core.access.public import actor_named
    from linli.core.grids.public import move_beginning, parse_beginning
    from linli.core.platform.public import local_time

    moved = move_beginning(
        actor_named(username), version=_version(layer_code, number), valid_from=parse_beginning(from_day)
    )
    day = f"{local_time(moved.valid_from):%Y-%m-%d %H:%M}"
    click.echo(_("Version %(number)d begins at %(day)s.") % {"number": number, "day": day})


@command("undo", short_help="put the grids of before a version back, at once")
@NUMBER
@layer_option
@reason_option
@by_option
@spoken
def undo_version(number: int, layer_code: str, reason: str, username: str) -> None:
    """Undoes version NUMBER, the one in force: codes, borders, names and areas of before, to the byte; whoever lost a grid by it has
    it again, and open cases go back. It is a version of its own, and can be undone.
    """
    from django.utils.translation import gettext as _

    from linli.core.access.public import actor_named
    from linli.core.grids.public import undo

    made = undo(actor_named(username), version=_version(layer_code, number), reason=reason[:200]).version
    if made is not None:
        values = {"number": number, "new": made.number, "grids": made.grid_count}
        click.echo(_("Version %(number)d is undone: version %(new)d with %(grids)d grids is in force.") % values)


@command("follow", short_help="have the staff of grids that end follow to the new ones")
@NUMBER
@layer_option
@by_option
@option("--dry-run", is_flag=True, help="only say who would go where")
@spoken
def follow(number: int, layer_code: str, username: str, *, dry_run: bool) -> None:
    """Says who would follow to which grid of version NUMBER, by the households that it takes over, and has them do so: at once
    when it is in force, else when it begins.
    """
    from django.utils.translation import gettext as _

    from linli.core.access.public import actor_named
    from linli.core.staff.public import accept_following, followers

    version = _version(layer_code, number)
    for one in followers(version):
        values = {
            "name": one.name,
            "before": one.before,
            "after": one.after or _("none is free"),
            "count": round(one.households),
        }
        click.echo(_("%(name)s: %(before)s → %(after)s, %(count)d households") % values)
    if dry_run:
        return
    done = accept_following(actor_named(username), version=version)
    click.echo(_("%d posts are given.") % done if version.begun_at else _("They follow when the version begins."))
