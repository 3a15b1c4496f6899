"""Safety beside premises, an area and a grid: open hazards, safety files, the plan that holds, stars; and premises on the map by these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import npgettext, pgettext

from linli.core.access.public import Access
from linli.core.areas.public import area_condition
from linli.core.desk.public import marks
from linli.core.grids.public import locate_main
from linli.core.ledger.public import seen
from linli.core.platform.public import Box, MapPoint
from linli.core.registry.public import PREMISES, Premises, PremisesKind
from linli.subsystems.safety.files.standing import by_kept_id, of_joined, standing_of_area, standings, state_pill
from linli.subsystems.safety.flow import HAZARD, OPEN
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.models import Hazard
from linli.subsystems.safety.ratings import Rating
from linli.subsystems.safety.stars.drawn import drawn, star_words
from linli.subsystems.safety.stars.flow import STAR_RATING
from linli.subsystems.safety.subjects import LEVELS

MOST_POINTS, MOST_LOOKED_AT = 500, 400
TONES = ("grave", "red"), ("serious", "amber"), ("slight", "on_time")
STAR_TONES = {1: "red", 2: "red", 3: "amber", 4: "on_time", 5: "on_time"}
STAR_LEGEND = (
    ("1", "red", {"zh-hans": "一星、二星", "en": "1 and 2 stars"}),
    ("3", "amber", {"zh-hans": "三星", "en": "3 stars"}),
    ("5", "on_time", {"zh-hans": "四星、五星", "en": "4 and 5 stars"}),
)
HAZARD_LEGEND = (
    ("!2", "red", {"zh-hans": "有重大隐患（数字为隐患数）", "en": "a grave one (the number: how many)"}),
    ("!2", "amber", {"zh-hans": "有较重隐患", "en": "a serious one"}),
    ("!2", "on_time", {"zh-hans": "只有一般隐患", "en": "slight ones only"}),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the card: what, how it stands (drawn), and where it leads."""

    title: str
    value: str
    url: str = ""


def _in_use(access: Access) -> QuerySet[Premises]:
    found: QuerySet[Premises] = seen(PREMISES, access).filter(retired_at__isnull=True)
    return found


def _hazards(access: Access, rows: Q) -> QuerySet[Hazard]:
    return HAZARD.visible(access).filter(rows, state__in=OPEN)


def latest_ratings(access: Access, premises_ids: Sequence[int]) -> dict[int, Rating]:
    """The rating of the newest quarter of each of these premises; one statement."""
    rows = STAR_RATING.visible(access).filter(premises_id__in=premises_ids)
    newest = rows.order_by("-term").values("term")[:1]
    return {one.premises_id: one for one in rows.filter(term=Subquery(newest))}


def _count(number: int) -> str:
    return (
        npgettext("safety", "%(n)s open", "%(n)s open", number) % {"n": number}
        if number
        else pgettext("safety", "none open")
    )


def _card(lines: list[Line]) -> Mapping[str, object] | None:
    return {"lines": lines} if lines else None


def of_premises(access: Access, premises: Any) -> Mapping[str, object] | None:
    """Safety of premises: file, plan, stars, open hazards."""
    standing = standings([premises])[premises.id]
    file = reverse("safety:file-premises", args=[premises.id])
    lines = [Line(pgettext("safety", "Safety file"), state_pill(standing), file)]
    if standing.lacks:
        lines.append(Line(pgettext("safety", "Lacks: %(lacks)s") % {"lacks": standing.lacks_words}, ""))
    lines.append(_plan(standing.plan))
    return _card([*lines, *lines_beside(access, premises)])


def lines_beside(access: Access, premises: Any) -> list[Line]:
    """What is known of premises besides their file: stars, open hazards, when somebody has to come next."""
    rows = of_joined(premises)
    rating, lines = latest_ratings(access, [premises.id]).get(premises.id), []
    if rating is not None:
        title = f"{pgettext('safety', 'Stars')} · {rating.term_words}"
        lines.append(Line(title, drawn(rating.stars), reverse("safety:rating", args=[rating.id])))
    lines.append(Line(pgettext("safety", "Hazards"), _count(_hazards(access, rows).count())))
    return [*lines, *_next_inspection(access, rows)]


def _next_inspection(access: Access, rows: Q) -> list[Line]:
    """When somebody has to come next; nothing where nothing is planned."""
    item = INSPECTION.visible(access).filter(rows, state="todo").order_by("due_on", "id").first()
    if item is None:
        return []
    title = pgettext("safety", "Next inspection")
    return [Line(title, marks.day_words(item.due_on), reverse("safety:inspection", args=[item.id]))]


def _plan(plan: Any) -> Line:
    title = pgettext("safety", "Emergency plan")
    if plan is None:
        return Line(title, pgettext("safety", "none"))
    return Line(plan.title, str(plan.get_level_display()), reverse("safety:plan", args=[plan.id]))


def of_place(access: Access, area: Any) -> Mapping[str, object] | None:
    """Safety in an area: open hazards, how many files lack something, the plan that holds, stars of its newest quarter."""
    premises = list(_in_use(access).filter(area_condition(area.id)).order_by("-id")[:MOST_LOOKED_AT])
    lines = _of_many(access, premises, area_condition(area.id), area.code)
    if area.level in LEVELS:
        standing = standing_of_area(area.id)
        own = Line(pgettext("safety", "Safety file"), state_pill(standing), reverse("safety:file-area", args=[area.id]))
        lines = [own, _plan(standing.plan), *lines]
    return _card(lines)


def of_grid(access: Access, grid: Any) -> Mapping[str, object] | None:
    """Safety of the premises that stand in a grid; nothing where none stands there."""
    rows = _in_use(access).filter(area_condition(grid.area_id), tile_key__isnull=False).order_by("-id")[:MOST_LOOKED_AT]
    inside = [one for one in rows if (at := locate_main(one.lon or 0.0, one.lat or 0.0)[0]) and at.id == grid.id]
    if not inside:
        return None
    return _card(_of_many(access, inside, Q(premises_id__in=by_kept_id(one.id for one in inside)), ""))


def _of_many(access: Access, premises: list[Premises], hazards: Q, area_code: str) -> list[Line]:
    if not premises:
        return []
    query = f"?area={area_code}" if area_code else ""
    lacking = sum(1 for one in standings(premises).values() if one.lacks)
    words = npgettext("safety", "%(n)s of %(all)s lacks something", "%(n)s of %(all)s lack something", lacking) % {
        "n": lacking,
        "all": len(premises),
    }
    lines = [
        Line(pgettext("safety", "Hazards"), _count(_hazards(access, hazards).count()), f"{reverse('safety:hazards')}{query}"),
        Line(pgettext("safety", "Safety files of premises"), words, f"{reverse('safety:files')}{query}"),
    ]  # fmt: skip
    stars = Counter(one.stars for one in latest_ratings(access, [one.id for one in premises]).values())
    if stars:
        told = " · ".join(
            npgettext("safety", "%(stars)s: %(n)s dwelling", "%(stars)s: %(n)s dwellings", stars[one]) % {"stars": star_words(one), "n": stars[one]}
            for one in sorted(stars, reverse=True)
        )  # fmt: skip
        lines.append(Line(pgettext("safety", "Stars"), told, f"{reverse('safety:ratings')}{query}"))
    return [*lines, *_next_inspection(access, hazards)]


def _in_box(access: Access, box: Box) -> QuerySet[Premises]:
    west, south, east, north = box
    return _in_use(access).filter(lon__range=(west, east), lat__range=(south, north)).order_by("-id")


def stars_in(access: Access, box: Box) -> list[MapPoint]:
    """The rented dwellings in a box by the stars of their newest quarter; two statements."""
    premises = {one.id: one for one in _in_box(access, box).filter(kind=PremisesKind.RENTED)[:MOST_POINTS]}
    ratings = latest_ratings(access, list(premises))
    return [
        MapPoint(
            premises[id_].lon or 0.0, premises[id_].lat or 0.0, f"{premises[id_].name} · {star_words(one.stars)}",
            reverse("safety:rating", args=[one.id]), str(one.stars), STAR_TONES[one.stars],
        )
        for id_, one in ratings.items()
    ]  # fmt: skip


def hazardous_in(access: Access, box: Box) -> list[MapPoint]:
    """The premises in a box with open hazards, by how many and how grave; two statements."""
    west, south, east, north = box
    rows = _hazards(access, Q(premises_id__isnull=False, lon__range=(west, east), lat__range=(south, north)))
    by_premises: dict[int, list[Hazard]] = {}
    for one in rows.order_by("-id")[:2000]:
        by_premises.setdefault(one.premises_id or 0, []).append(one)
    names = {one.id: one for one in _in_use(access).filter(id__in=by_premises)[:MOST_POINTS]}
    return [_hazardous(one, by_premises[id_]) for id_, one in names.items()]


def _hazardous(premises: Premises, hazards: list[Hazard]) -> MapPoint:
    worst = {one.severity for one in hazards}
    tone = next(tone for severity, tone in TONES if severity in worst)
    title = f"{premises.name} · {_count(len(hazards))}"
    address = reverse("safety:file-premises", args=[premises.id])
    return MapPoint(premises.lon or 0.0, premises.lat or 0.0, title, address, f"!{min(len(hazards), 99)}", tone)
