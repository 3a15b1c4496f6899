"""Writes of patrols: plans and their points, rounds and checks. What happens when a window has ended stands in closing.py.

Positions are used once, to see whether somebody is near enough to a point, and are not kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.algorithms.distances import distance_m
from linli.algorithms.tile_keys import tile_key
from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.public import parse_place, parse_report, report_case
from linli.core.catalogue.public import catalogue
from linli.core.grids.public import locate_main, main_layer
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    Work,
    city_zone,
    cleaned,
    insert_rows,
    local_day,
    locked,
    row_uuid,
    value_of,
    write,
)
from linli.subsystems.patrol.models import Check, CheckPoint, Days, Means, PatrolPlan, Round
from linli.subsystems.patrol.rhythm import Rhythm, Window, parse_times
from linli.subsystems.patrol.selectors import due_points, find_plan, find_round, points_of
from linli.subsystems.patrol.settings import RADIUS_M

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
    spans = parse_times(times)
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
        plan = _locked_plan(access, plan_id)
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
        plan = _locked_plan(access, plan_id)
        point = CheckPoint.objects.filter(id=point_id, plan=plan).first()
        if point is None:
            raise NotThere(_("There is no such check point."))
        if CheckPoint.objects.filter(id=point_id, valid_to__isnull=True).update(valid_to=work.now):
            chain = area_tree().audit_chain(plan.area_id)
            work.audit(chain, "patrol.point_retire", "patrol_plan", plan.id, {"point": point.id})


def end_plan(actor: Actor, *, access: Access, plan_id: int, reason: str = "") -> None:
    """Ends a plan with today: today's rounds are still due. Twice does nothing more. Raises NotThere."""
    with write(actor) as work:
        plan = _locked_plan(access, plan_id)
        last_day = local_day(work.now)
        if plan.valid_to is None or plan.valid_to > last_day:
            PatrolPlan.objects.filter(id=plan.id).update(valid_to=last_day)
            facts = {"reason": reason} if reason else {}
            work.audit(area_tree().audit_chain(plan.area_id), "patrol.plan_end", "patrol_plan", plan.id, facts)


def _locked_plan(access: Access, plan_id: int, permission: str = "patrol.plan") -> PatrolPlan:
    if find_plan(access, plan_id, permission) is None:
        raise NotThere(_("There is no such patrol plan."))
    return locked(PatrolPlan.objects.filter(id=plan_id)).get()


def start_round(actor: Actor, *, access: Access, plan_id: int, uuid: UUID) -> Round:
    """Starts the round of the window that is open now, or goes on with one's own; twice gives the same round.

    Raises NotThere, Refusal outside the windows and when a colleague walks this round already.
    """
    with write(actor) as work:
        plan = _locked_plan(access, plan_id, "patrol.walk")
        window = _open_window(plan, work.now)
        if window is None:
            raise Refusal(_("No round is due now; the times stand on the plan."), code="no_open_window")
        walked = Round.objects.filter(plan=plan, opens_at=window.opens_at).first()
        if walked is None:
            walked = Round.objects.create(
                **area_tree().scope_columns(plan.area_id), uuid=row_uuid(work.actor, uuid), plan=plan,
                window_date=local_day(window.opens_at), opens_at=window.opens_at, closes_at=window.closes_at,
                worker_id=access.user_id, started_at=work.now,
            )  # fmt: skip
            work.audit(area_tree().audit_chain(plan.area_id), "patrol.start", "patrol_round", walked.id, {})
        elif walked.worker_id != access.user_id:
            raise Refusal(_("A colleague walks this round already."), code="round_taken")
        elif walked.ended_at is not None:
            walked.ended_at = None
            walked.save(update_fields=["ended_at"])
        return walked


def _open_window(plan: PatrolPlan, instant: datetime) -> Window | None:
    day = local_day(instant)
    if not plan.rhythm.holds_on(day, catalogue().calendar):
        return None
    open_now = [window for window in plan.rhythm.windows_on(day, city_zone()) if window.holds(instant)]
    if not open_now or not due_points(points_of([plan], instant - timedelta(days=1))[plan.id], open_now[0]):
        return None
    return open_now[0]


def check_point(
    actor: Actor,
    *,
    access: Access,
    round_id: int,
    point_id: int,
    uuid: UUID,
    lon: float | None = None,
    lat: float | None = None,
    code: str = "",
    note: str = "",
    finding: str = "",
    category_id: int | None = None,
    files: tuple[dict[str, Any], ...] = (),
) -> Check:
    """Marks a point as passed: the position is near enough, the code at the point is right, or a note says why by hand.

    `finding` (words), a category or photos report a case at the point. The same uuid twice gives the same check. Raises
    NotThere, BadInput when it is not sure that somebody stands there, Refusal when the point is passed or the round over.
    """
    with write(actor) as work:
        walked, made = _locked_round(access, round_id), row_uuid(work.actor, uuid)
        done = Check.objects.filter(round=walked, point_id=point_id).first()
        if done is not None:
            if done.uuid == made:
                return done
            raise Refusal(_("This point is checked already."), code="checked_already")
        point = _due_point(walked, point_id)
        if walked.ended_at is not None or walked.closed_at is not None or work.now >= walked.closes_at:
            raise Refusal(_("This round is over; what was not checked has become a case."), code="round_over")
        words = cleaned("note", note, max_chars=NOTE_MAX, lines=False)
        means = _means(point, lon, lat, code, words)
        case_id = None
        if finding.strip() or category_id is not None or files:
            case_id = _report(actor, access, walked, point, uuid, finding, category_id, files)
        row = {
            "home_district": walked.home_district, "uuid": made, "round_id": walked.id, "point_id": point.id,
            "done_at": work.now, "means": means, "note": words, "case_id": case_id,
        }  # fmt: skip
        return Check(**row, id=insert_rows(Check, [row])[0])


def _locked_round(access: Access, round_id: int) -> Round:
    if find_round(access, round_id) is None:
        raise NotThere(_("There is no such round."))
    walked = locked(Round.objects.filter(id=round_id).select_related("plan")).get()
    if walked.worker_id != access.user_id:
        raise Refusal(_("A colleague walks this round already."), code="round_taken")
    return walked


def _due_point(walked: Round, point_id: int) -> CheckPoint:
    points = points_of([walked.plan], walked.opens_at)[walked.plan_id]
    for point in due_points(points, Window(walked.opens_at, walked.closes_at)):
        if point.id == point_id:
            return point
    raise NotThere(_("There is no such check point."))


def _means(point: CheckPoint, lon: float | None, lat: float | None, code: str, note: str) -> str:
    """How it is sure that somebody stands at the point. The position is forgotten here."""
    if code.strip():
        if code.strip().upper() == point.code:
            return Means.CODE
        raise BadInput(_("This code belongs to another point; scan the one at %s.") % point.name, field="code")
    away_m = None
    if lon is not None and lat is not None:
        x, y, _given = parse_place(lon, lat)
        away_m = float(distance_m(x, y, point.lon, point.lat))
        if away_m <= value_of(RADIUS_M):
            return Means.POSITION
    if note:
        return Means.NOTE
    if away_m is not None:
        raise BadInput(
            _(
                "You are %(metres)s m from %(point)s. Go closer than %(radius)s m, type the code at the point, or say why you check by hand."
            )
            % {"metres": round(away_m), "point": point.name, "radius": value_of(RADIUS_M)},
            field="lon",
        )
    raise BadInput(_("Take your position, type the code at the point, or say why you check by hand."), field="lon")


def _report(
    actor: Actor, access: Access, walked: Round, point: CheckPoint, uuid: UUID, words: str, category_id: int | None,
    files: tuple[dict[str, Any], ...],
) -> int:  # fmt: skip
    """The case of something found at a point. It lies at the point, not where the phone was."""
    if not access.may("case.report"):
        raise NotAllowed(_("Your role reports no cases; tell the acceptance desk."))
    report = parse_report(
        uuid=uuid5(uuid, "finding"), source="patrol", description=words, lon=point.lon, lat=point.lat, outside=True,
        address=point.name,
        category_id=category_id, source_reference=str(walked.id), files=files,
    )  # fmt: skip
    return report_case(actor, report)[0].id


def end_round(actor: Actor, *, access: Access, round_id: int) -> Round:
    """Ends one's own round; until the window closes it can be taken up again. Twice does nothing more. Raises NotThere."""
    with write(actor) as work:
        walked = _locked_round(access, round_id)
        if walked.ended_at is None and walked.closed_at is None:
            walked.ended_at = work.now
            walked.save(update_fields=["ended_at"])
            work.audit(area_tree().audit_chain(walked.area_id), "patrol.end", "patrol_round", walked.id, {})
    return walked
