"""What publishing a proposal would do, as lines for a terminal: grids, cases, people. `plan` next door works it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.grids.public import Publication
from linli.core.platform.public import local_time, local_today, now
from linli.subsystems.division.publishing.plan import PublishingPlan

SHOWN = 20


def plan_lines(plan: PublishingPlan, begins: datetime | None) -> Iterator[str]:
    """The plan, in the active language; `begins` is None for at once."""
    if not plan.is_new:
        announced = plan.change.announced_for(now()) if plan.change else None
        if announced is None:
            yield _("Nothing to publish: layer %s has these grids already.") % plan.layer_code
        else:
            values = {
                "layer": plan.layer_code,
                "number": plan.based_on,
                "day": f"{local_time(announced):%Y-%m-%d}",
                "today": f"{local_today()}",
            }
            yield (
                _("These grids are announced for layer %(layer)s as version %(number)d and begin on %(day)s.") % values
            )
            yield (
                _(
                    "To bring it forward: linli grids move %(number)d --from %(today)s. To take it back: linli grids take-back %(number)d."
                )
                % values
            )
        return
    instant = f"{local_time(begins):%Y-%m-%d %H:%M}" if begins else _("at once")
    yield _("Layer %(layer)s, in force from: %(instant)s.") % {"layer": plan.layer_code, "instant": instant}
    yield from _grid_lines(plan)
    yield from _case_lines(plan)
    yield from _people_lines(plan)


def _grid_lines(plan: PublishingPlan) -> Iterator[str]:
    if plan.change is None:
        yield _("The layer is new: %d grids.") % len(plan.rows)
        return
    change = plan.change
    yield _("Grids: %(added)d new, %(changed)d changed, %(retired)d retired, %(unchanged)d as they are.") % {
        "added": len(change.added), "changed": len(change.changed), "retired": len(change.retired),
        "unchanged": len(change.unchanged),
    }  # fmt: skip
    for title, codes in ((_("New"), change.added), (_("Changed"), change.changed), (_("Retired"), change.retired)):
        if codes:
            yield f"  {title}: {_some(codes)}"
    if plan.kept:
        yield _("%d grids of other communities stay.") % plan.kept
    if plan.overlapping:
        yield _("Look at these, which stay and lie partly in the proposal: %s") % _some(plan.overlapping)


def _case_lines(plan: PublishingPlan) -> Iterator[str]:
    total = sum(one.count for one in plan.moving)
    yield ngettext("%d open case changes its grid.", "%d open cases change their grid.", total) % total
    for one in plan.moving[:SHOWN]:
        yield f"  {one.before or _('no grid')} → {one.after or _('no grid')}: {one.count}"
    yield from _more(len(plan.moving))


def _people_lines(plan: PublishingPlan) -> Iterator[str]:
    yield _("%(buildings)d buildings with %(load)s %(unit)s come into another grid.") % {
        "buildings": plan.buildings_moved, "load": f"{plan.load_moved:.0f}", "unit": _unit(plan),
    }  # fmt: skip
    for one in plan.handovers[:SHOWN]:
        yield "  " + _("%(before)s → %(after)s: %(buildings)d buildings, %(load)s %(unit)s") % {
            "before": one.before or _("nobody"), "after": one.after or _("nobody"), "buildings": one.buildings,
            "load": f"{one.load:.0f}", "unit": _unit(plan),
        }  # fmt: skip
    yield from _more(len(plan.handovers))
    if plan.losing:
        yield _("These have no grid then: %s") % _some([f"{worker} ({code})" for worker, code in plan.losing])
    if plan.without_worker:
        yield (
            ngettext(
                "%d grid of the proposal has no worker yet.",
                "%d grids of the proposal have no worker yet.",
                plan.without_worker,
            )
            % plan.without_worker
        )


def result_lines(done: Publication, begins: datetime | None) -> Iterator[str]:
    """What was done."""
    if done.version is None:
        yield _("Nothing was changed.")
        return
    yield _("Version %(number)d: %(added)d grids new, %(changed)d changed, %(retired)d retired.") % {
        "number": done.version.number, "added": done.added, "changed": done.changed, "retired": done.retired,
    }  # fmt: skip
    if begins:
        yield _(
            "It begins on %s; until then everything stays. Open cases go to their new grids by themselves then."
        ) % (f"{local_time(begins):%Y-%m-%d}")
    else:
        yield _("It is in force. Open cases go to their new grids within a minute or two.")


def _unit(plan: PublishingPlan) -> str:
    return _("households") if plan.unit == "households" else _("people")


def _some(codes: Sequence[str]) -> str:
    more = len(codes) - SHOWN
    return ", ".join(codes[:SHOWN]) + (" " + _("… and %d more") % more if more > 0 else "")


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield "  " + _("… and %d more") % (count - SHOWN)
