"""The flow of rounds, and the points that are checked in them. closing.py closes what has ended.

A check is a row of its own and no step of the flow: a city checks a hundred times as many points as it begins rounds.
Positions are used once, to see whether somebody is near enough to a point, and are not kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.distances import distance_m
from linli.algorithms.rhythm import Window
from linli.core.access.public import Access
from linli.core.cases.public import parse_place, parse_report, report_case
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import (
    UNTOLD,
    Act,
    Flow,
    Given,
    Transition,
    Who,
    act,
    begin,
    both,
    by_system,
    each,
    in_area,
    lock,
    of_person,
)
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    city_zone,
    cleaned,
    insert_rows,
    local_day,
    local_time,
    now,
    row_uuid,
    value_of,
    write,
)
from linli.subsystems.patrol.models import Check, CheckPoint, Means, PatrolPlan, Round, RoundState
from linli.subsystems.patrol.selectors import due_points, points_of, points_of_round
from linli.subsystems.patrol.services import locked_plan
from linli.subsystems.patrol.settings import RADIUS_M

NOTE_MAX = 300
WALKS = both(gettext_lazy("who walks it, with the permission over the area"), of_person(), in_area())


def _still_open(step: Act[Round]) -> dict[str, Any]:
    if step.work.now >= step.item.closes_at:
        raise _over()
    return {}


def _over() -> Refusal:
    return Refusal(_("This round is over; what was not checked has become a case."), code="round_over")


def _count(step: Act[Round]) -> dict[str, Any]:
    """How many points were due, and how many of them were passed."""
    states, walked = points_of_round(step.item), step.item
    walked.due_points, walked.checked_points = len(states), sum(one.check is not None for one in states)
    return {"due": walked.due_points, "checked": walked.checked_points}


def _before_its_end(walked: Round, rows: list[Transition], _who: Who) -> list[Transition]:
    return rows if now() < walked.closes_at else []


ROUND: Flow[Round] = Flow(
    code="round",
    title=gettext_lazy("patrol round"),
    model=Round,
    states=RoundState,
    transitions=(
        Transition("start", "", "walking", ("area",)),
        Transition("end", "walking", "walked", ("walker",)),
        Transition("take_up", "walked", "walking", ("walker",)),
        *each(("", "walking", "walked"), "close", ("system",), "closed"),
    ),
    titles={
        "start": gettext_lazy("Start round"),
        "end": gettext_lazy("End round"),
        "take_up": gettext_lazy("Go on"),
        "close": gettext_lazy("Close round"),
    },
    relations={"area": in_area(), "walker": WALKS, "system": by_system()},
    effects={"take_up": _still_open, "close": _count},
    permissions=dict.fromkeys(("start", "end", "take_up"), "patrol.walk"),
    view="patrol.view",
    not_there=gettext_lazy("There is no such round."),
    ended=("closed",),
    waiting=("end",),
    next_steps={"walked": ("take_up",)},
    phases={"walking": "work", "walked": "check"},
    sensible=_before_its_end,
    asked=lambda _action, _access: Q(closes_at__gt=now()),
    page="patrol:round",
    heading=lambda walked: (
        f"{walked.plan.name} {local_time(walked.opens_at):%H:%M}–{local_time(walked.closes_at):%H:%M}"
    ),
)


def rounds_over(access: Access) -> QuerySet[Round]:
    """The rounds whose time has ended, of those that this person may see."""
    return ROUND.visible(access).filter(state=RoundState.CLOSED).select_related("plan")


def start_round(actor: Actor, *, access: Access, plan_id: int, uuid: UUID) -> Round:
    """Starts the round of the window that is open now, or goes on with one's own; twice gives the same round.

    Raises NotThere, Refusal outside the windows, and Changed when a colleague was faster.
    """
    with write(actor) as work:
        plan = locked_plan(access, plan_id, "patrol.walk")
        window = _open_window(plan, work.now)
        if window is None:
            raise Refusal(_("No round is due now; the times stand on the plan."), code="no_open_window")
        walked = Round.objects.filter(plan=plan, opens_at=window.opens_at).first()
        if walked is None:
            return begin(
                ROUND, actor, "start", Given(), area_id=plan.area_id, uuid=uuid, access=access, **columns_of(plan, window)
            )  # fmt: skip
        is_mine = walked.begun_by_id == access.user_id
        if is_mine and walked.state == RoundState.WALKING:
            return walked
        seen = None if is_mine else UNTOLD
        return act(ROUND, actor, walked.id, "take_up", Given(), uuid=uuid, access=access, seen_seq=seen)


def columns_of(plan: PatrolPlan, window: Window) -> dict[str, Any]:
    """The columns of a round of its own."""
    return {
        "plan": plan, "window_date": local_day(window.opens_at), "opens_at": window.opens_at, "closes_at": window.closes_at,
    }  # fmt: skip


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
    NotThere, NotAllowed in a colleague's round, BadInput when it is not sure that somebody stands there, Refusal when the point is passed or
    the round over.
    """
    with write(actor) as work:
        walked, made = _own_round(access, round_id), row_uuid(work.actor, uuid)
        done = Check.objects.filter(round=walked, point_id=point_id).first()
        if done is not None:
            if done.uuid == made:
                return done
            raise Refusal(_("This point is checked already."), code="checked_already")
        point = _due_point(walked, point_id)
        if walked.state != RoundState.WALKING or work.now >= walked.closes_at:
            raise _over()
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


def _own_round(access: Access, round_id: int) -> Round:
    """One's own round, locked until the commit. Raises NotThere, NotAllowed for a colleague's."""
    walked = lock(ROUND, [round_id]).get(round_id)
    if walked is None or not ROUND.may_view(walked, access):
        raise NotThere(str(ROUND.not_there))
    may_walk(walked, access)
    return walked


def may_walk(walked: Round, access: Access) -> None:
    """Raises NotAllowed when this round is a colleague's."""
    if not WALKS.holds(walked, ROUND.permission("end"), Who(access)):
        raise NotAllowed(_("A colleague walks this round."))


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


def end_round(actor: Actor, *, access: Access, round_id: int, uuid: UUID) -> Round:
    """Ends one's own round; until the window closes it can be taken up again. Raises what `act` raises."""
    return act(ROUND, actor, round_id, "end", Given(), uuid=uuid, access=access)
