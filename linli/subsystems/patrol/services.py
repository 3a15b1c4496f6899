"""Writes of patrols: plans and their points. Rounds and checks stand in rounds.py, what happens when a window has ended in closing.py."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.algorithms.rhythm import Rhythm
from linli.algorithms.tile_keys import tile_key
from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.public import parse_place
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import spans_of
from linli.core.grids.public import locate_main, main_layer
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Work,
    city_zone,
    cleaned,
    local_day,
    locked,
    row_uuid,
    write,
)
from linli.subsystems.patrol.models import CheckPoint, Days, PatrolPlan
from linli.subsystems.patrol.selectors import find_plan

MOST_POINTS = 100
NAME_MAX, NOTE_MAX = 80, 300
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without those that are taken for each other
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class PointPlan:
    """A check point as it was typed or marked: name, position in WGS 84 degrees, what is usually found there."""

    name: str
    lon: float
    lat: float
    category_id: int | None = None


def make_plan(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    name: str,
    area_code: str,
    grid_code: str = "",
    days: str,
    times: list[tuple[str, str]],
    valid_from: date,
    valid_to: date | None = None,
    points: tuple[PointPlan, ...] = (),
) -> PatrolPlan:
    """Adds a plan. Its first round is the first window that begins after now, so nothing is missed before it was known.

    Raises NotAllowed outside the areas where `access` plans, BadInput for what cannot be walked. The same uuid twice raises
    IntegrityError; the idempotency protocol answers before.
    """
    node = area_tree().by_code.get(area_code)
    if node is None or node.level in ("city", "district"):
        raise BadInput(_("Choose the street or community of the plan."), field="area_code")
    if not access.may_in_area("patrol.plan", node.id):
        raise NotAllowed(_("%s lies outside the areas where you plan patrols.") % node.title)
    if days not in Days.values:
        raise BadInput(_("Choose on which days the rounds are due."), field="days")
    if valid_to is not None and valid_to < valid_from:
        raise BadInput(_("The plan ends before it begins; choose a later last day."), field="valid_to")
    grid_id = _grid_in(grid_code, node.id) if grid_code else None
    spans = spans_of(times)
    words = _name("name", name)
    with write(actor) as work:
        plan = PatrolPlan.objects.create(
            **area_tree().scope_columns(node.id), uuid=row_uuid(work.actor, uuid), name=words, grid_id=grid_id, days=days,
            times=[[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in spans], valid_from=valid_from, valid_to=valid_to,
            closes_next_at=_first_close(Rhythm(spans, days == Days.WORK_DAYS, valid_from, valid_to), work.now),
        )  # fmt: skip
        work.audit(area_tree().audit_chain(node.id), "patrol.plan", "patrol_plan", plan.id, {"name": words})
        for order, point in enumerate(points, 1):
            _add_point(work, plan, point, order)
    return plan


def _first_close(rhythm: Rhythm, instant: datetime) -> datetime | None:
    later = (window for window in rhythm.windows_from(instant, city_zone()) if window.opens_at >= instant)
    first = next(later, None)
    return first.closes_at if first else None


def _grid_in(grid_code: str, area_id: int) -> int:
    layer = main_layer()
    node = next((one for one in layer.nodes.values() if one.code == grid_code), None) if layer else None
    if node is None or not area_tree().contains(area_id, node.area_id):
        raise BadInput(_("There is no grid %s in this area; choose again.") % grid_code[:40], field="grid_code")
    return node.id


def _name(field: str, text: str, max_chars: int = NAME_MAX) -> str:
    words = cleaned(field, text, max_chars=max_chars, lines=False)
    if not words:
        raise BadInput(_("Give it a name."), field=field)
    return words


def add_point(actor: Actor, *, access: Access, plan_id: int, point: PointPlan) -> CheckPoint:
    """Adds a point at the end of a plan; it is due from the next window on. Twice adds two.

    Raises NotThere, and BadInput for a position outside the plan's area or one point too many.
    """
    with write(actor) as work:
        plan = locked_plan(access, plan_id)
        last = CheckPoint.objects.filter(plan=plan).aggregate(last=Max("order"))["last"] or 0
        return _add_point(work, plan, point, last + 1)


def _add_point(work: Work, plan: PatrolPlan, point: PointPlan, order: int) -> CheckPoint:
    name = _name("point_name", point.name)
    lon, lat, _given = parse_place(point.lon, point.lat)
    grid, _index = locate_main(lon, lat)
    if grid is not None and not area_tree().contains(plan.area_id, grid.area_id):
        raise BadInput(
            _("%(point)s lies in %(place)s, outside the area of the plan.")
            % {"point": name, "place": area_tree().nodes[grid.area_id].title},
            field="lon",
        )
    if CheckPoint.objects.filter(plan=plan, valid_to__isnull=True).count() >= MOST_POINTS:
        raise BadInput(_("A plan has at most %s check points; make a second plan.") % MOST_POINTS, field="points")
    if point.category_id is not None and point.category_id not in catalogue().categories:
        raise BadInput(_("This category is not in force; choose again."), field="category_id")
    made = CheckPoint.objects.create(
        uuid=uuid4(), plan=plan, order=order, name=name, lon=lon, lat=lat, tile_key=int(tile_key(lon, lat)),
        code=new_code(), category_id=point.category_id, valid_from=work.now,
    )  # fmt: skip
    chain = area_tree().audit_chain(plan.area_id)
    work.audit(chain, "patrol.point_add", "patrol_plan", plan.id, {"point": made.id, "name": name})
    return made


def new_code() -> str:
    """The text of a point's QR code: eight letters and digits, about 39 random bits, so it cannot be guessed at the desk."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def retire_point(actor: Actor, *, access: Access, plan_id: int, point_id: int) -> None:
    """Takes a point out of its plan from the window that runs now on. Twice does nothing more. Raises NotThere."""
    with write(actor) as work:
        plan = locked_plan(access, plan_id)
        point = CheckPoint.objects.filter(id=point_id, plan=plan).first()
        if point is None:
            raise NotThere(_("There is no such check point."))
        if CheckPoint.objects.filter(id=point_id, valid_to__isnull=True).update(valid_to=work.now):
            chain = area_tree().audit_chain(plan.area_id)
            work.audit(chain, "patrol.point_retire", "patrol_plan", plan.id, {"point": point.id})


def end_plan(actor: Actor, *, access: Access, plan_id: int, reason: str = "") -> None:
    """Ends a plan with today: today's rounds are still due. Twice does nothing more. Raises NotThere."""
    with write(actor) as work:
        plan = locked_plan(access, plan_id)
        last_day = local_day(work.now)
        if plan.valid_to is None or plan.valid_to > last_day:
            PatrolPlan.objects.filter(id=plan.id).update(valid_to=last_day)
            facts = {"reason": reason} if reason else {}
            work.audit(area_tree().audit_chain(plan.area_id), "patrol.plan_end", "patrol_plan", plan.id, facts)


def locked_plan(access: Access, plan_id: int, permission: str = "patrol.plan") -> PatrolPlan:
    """A plan for which this person holds the permission, locked until the commit. Raises NotThere."""
    if find_plan(access, plan_id, permission) is None:
        raise NotThere(_("There is no such patrol plan."))
    return locked(PatrolPlan.objects.filter(id=plan_id)).get()
