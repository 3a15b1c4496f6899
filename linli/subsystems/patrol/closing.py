"""What happens when a window has ended: the round is counted, and each point that nobody passed becomes a case, once.

The job in tasks.py calls `close_windows`. One write holds the plan's lock, makes the cases and moves `closes_next_at`, so a
killed worker leaves either all of it or nothing; MissedPoint is unique per point and window as the last guard.
"""

from __future__ import annotations

from uuid import uuid5

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linli.algorithms.rhythm import Window
from linli.core.cases.public import Case, parse_report, report_case
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import Given, act, begin
from linli.core.platform.public import SYSTEM, Work, city_zone, insert_rows, local_day, local_time, locked
from linli.subsystems.patrol.models import CheckPoint, MissedPoint, PatrolPlan, Round
from linli.subsystems.patrol.rounds import ROUND, columns_of
from linli.subsystems.patrol.selectors import due_points, points_of, points_of_round

MISSED_CATEGORY = ("patrol", "matter", "P01")
MOST_WINDOWS_AT_ONCE = 8


def close_windows(work: Work, plan_id: int) -> tuple[int, bool]:
    """Closes the ended windows of a plan, at most eight. Gives how many points were missed, and whether more windows wait.

    Calling it again does nothing more. Windows on days that turned out to be holidays are passed over.
    """
    plan = locked(PatrolPlan.objects.filter(id=plan_id, closes_next_at__lte=work.now)).first()
    if plan is None or plan.closes_next_at is None:
        return 0, False
    rhythm, local, calendar = plan.rhythm, city_zone(), catalogue().calendar
    first, missed, closed, next_close = plan.closes_next_at, 0, 0, None
    for window in rhythm.windows_from(first - first.resolution, local):
        if window.closes_at > work.now or closed == MOST_WINDOWS_AT_ONCE:
            next_close = window.closes_at
            break
        if rhythm.holds_on(local_day(window.opens_at), calendar):
            missed += _close(plan, window)
            closed += 1
    PatrolPlan.objects.filter(id=plan.id).update(closes_next_at=next_close)
    return missed, next_close is not None and next_close <= work.now


def _close(plan: PatrolPlan, window: Window) -> int:
    """Closes the round of one window and makes the cases of its missed points; gives their number."""
    walked = Round.objects.filter(plan=plan, opens_at=window.opens_at).first()
    if walked is not None:  # a worker who is checking a point holds the round; this waits for them
        walked = act(ROUND, SYSTEM, walked.id, "close", Given(), uuid=uuid5(walked.uuid, "close"))
    elif due_points(points_of([plan], window.opens_at)[plan.id], window):
        uuid = uuid5(plan.uuid, window.opens_at.isoformat())
        walked = begin(ROUND, SYSTEM, "close", Given(), area_id=plan.area_id, uuid=uuid, **columns_of(plan, window))
    else:
        return 0
    missed = [one.point for one in points_of_round(walked) if one.check is None]
    for point in missed:
        row = {
            "home_district": plan.home_district, "round_id": walked.id, "point_id": point.id, "opens_at": window.opens_at,
            "case_id": _case_of(plan, point, window).id,
        }  # fmt: skip
        insert_rows(MissedPoint, [row])
    return len(missed)


def _case_of(plan: PatrolPlan, point: CheckPoint, window: Window) -> Case:
    category = catalogue().by_code.get(MISSED_CATEGORY)
    opens, closes = local_time(window.opens_at), local_time(window.closes_at)
    words = _("Check point missed: %(point)s (%(plan)s, %(first)s–%(last)s)") % {
        "point": point.name, "plan": plan.name, "first": date_format(opens, _("M j, H:i")), "last": f"{closes:%H:%M}",
    }  # fmt: skip
    report = parse_report(
        uuid=uuid5(point.uuid, window.opens_at.isoformat()), source="patrol", description=words, lon=point.lon,
        lat=point.lat, outside=True, address=point.name, category_id=category.id if category else None,
    )  # fmt: skip
    return report_case(SYSTEM, report)[0]
