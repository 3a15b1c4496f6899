"""Reads of the area tree. The tree in force is small (thousands) and asked for by every request, so it is kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import get_language

from linli.algorithms.coordinates import Bounds
from linli.algorithms.provinces import bounds_of_code
from linli.core.areas.models import LEVELS, Area
from linli.core.platform.public import Versioned


@dataclass(frozen=True, slots=True)
class AreaNode:
    """One area in force, with its place in the tree."""

    id: int
    code: str
    level: str
    name: str
    names: dict[str, str]
    parent_id: int | None
    district_id: int | None
    street_id: int | None
    community_id: int | None
    home_district: str

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return self.names.get(get_language() or "", self.name)


@dataclass
class AreaTree:
    """All areas in force. Look-ups are dictionary accesses; `subtree` walks down."""

    nodes: dict[int, AreaNode] = field(default_factory=dict)
    by_code: dict[str, AreaNode] = field(default_factory=dict)
    children: dict[int | None, list[int]] = field(default_factory=dict)

    def subtree(self, area_id: int) -> list[int]:
        """The ids of the area and of everything below it, itself first."""
        found, waiting = [], [area_id]
        while waiting:
            current = waiting.pop()
            found.append(current)
            waiting.extend(self.children.get(current, ()))
        return found

    def ancestors(self, area_id: int) -> list[AreaNode]:
        """The area and what it lies in, from itself to the city."""
        found: list[AreaNode] = []
        node = self.nodes.get(area_id)
        while node is not None:
            found.append(node)
            node = self.nodes.get(node.parent_id) if node.parent_id else None
        return found

    def contains(self, upper_id: int, lower_id: int) -> bool:
        """Whether `lower` is `upper` or lies in it."""
        return any(node.id == upper_id for node in self.ancestors(lower_id))

    def root(self) -> AreaNode | None:
        """The city of this deployment, or None before the first import."""
        roots = self.children.get(None)
        return self.nodes[roots[0]] if roots else None

    def finest(self, area_ids: Iterable[int], most: int) -> list[AreaNode]:
        """Of these areas those to choose a place from, by code: the communities, or the streets or the districts where there
        are more than `most`; none where even these are too many."""
        nodes = [self.nodes[area_id] for area_id in area_ids]
        for level in ("community", "street", "district"):
            found = [node for node in nodes if node.level == level]
            if found and len(found) <= most:
                return sorted(found, key=lambda node: node.code)
        return []

    def largest(self, area_ids: Iterable[int], most: int) -> list[AreaNode]:
        """At most `most` of these areas, by code: of more the lowest levels are left out, until the rest is few enough."""
        found = sorted((self.nodes[area_id] for area_id in area_ids), key=lambda node: node.code)
        for level in reversed(LEVELS):
            if len(found) <= most:
                break
            found = [node for node in found if node.level != level]
        return found

    def audit_chain(self, area_id: int | None) -> str:
        """The audit chain that writes about this area belong to: its street's code, or the area's own above a street."""
        node = self.nodes.get(area_id) if area_id else None
        if node is None:
            return "city"
        street = self.nodes.get(node.street_id) if node.street_id else None
        return (street or node).code

    def scope_columns(self, area_id: int) -> dict[str, int | str | None]:
        """The columns of AreaScoped for a row filed under `area_id`. Raises KeyError for an area not in force."""
        node = self.nodes[area_id]
        return {
            "home_district": node.home_district,
            "area_id": node.id,
            "district_id": node.district_id,
            "street_id": node.street_id,
            "community_id": node.community_id,
        }


def _load() -> AreaTree:
    rows = list(
        Area.objects.filter(valid_to__isnull=True).values_list("id", "code", "level", "name", "names", "parent_id")
    )
    rows.sort(key=lambda row: (LEVELS.index(row[2]), row[1]))
    tree = AreaTree()
    children: dict[int | None, list[int]] = defaultdict(list)
    for id_, code, level, name, names, parent_id in rows:
        above = tree.nodes.get(parent_id) if parent_id else None
        chain = {
            key: id_ if level == key else getattr(above, f"{key}_id", None)
            for key in ("district", "street", "community")
        }
        home = code if level in ("city", "district") or above is None else above.home_district
        node = AreaNode(
            id=id_,
            code=code,
            level=level,
            name=name,
            names=names,
            parent_id=parent_id,
            district_id=chain["district"],
            street_id=chain["street"],
            community_id=chain["community"],
            home_district=home,
        )
        tree.nodes[id_] = node
        tree.by_code[code] = node
        children[parent_id].append(id_)
    tree.children = dict(children)
    return tree


_tree = Versioned(_load, "areas")


def area_tree() -> AreaTree:
    """The tree in force, shared and read-only."""
    return _tree.get()


def area_conditions(area_ids: Iterable[int]) -> list[Q] | None:
    """The conditions, each on one column, of which a row of an AreaScoped model must meet one to lie in one of these areas.

    None when every row does: the city is among them. An area that is not in force holds no row.
    """
    tree = area_tree()
    wanted: dict[str, dict[int, None]] = {}  # column -> ids; several areas of one level are one condition
    for area_id in area_ids:
        node = tree.nodes.get(area_id)
        if node is None:
            continue
        if node.parent_id is None:
            return None
        own_column = node.level in ("district", "street", "community")
        column, ids = (f"{node.level}_id", [node.id]) if own_column else ("area_id", tree.subtree(node.id))
        wanted.setdefault(column, {}).update(dict.fromkeys(ids))
    return [
        Q(**{column: next(iter(ids))} if len(ids) == 1 else {f"{column}__in": list(ids)})
        for column, ids in wanted.items()
    ]


def area_condition(area_id: int) -> Q:
    """The condition, on one column, that a row of an AreaScoped model lies in this area or below it."""
    found = area_conditions([area_id])
    return Q() if found is None else found[0] if found else Q(pk__in=[])


def expected_bounds() -> Bounds | None:
    """Where positions of this city can lie: its province by its statistical code; None for other codes and no areas."""
    root = area_tree().root()
    return bounds_of_code(root.code) if root else None


def place(area_id: int, *, depth: int = 2) -> str:
    """The area and what it lies in, the larger first, without the city: 望江街道 柳荫社区."""
    chain = area_tree().ancestors(area_id)
    return " ".join(node.title for node in reversed(chain[: min(depth, max(1, len(chain) - 1))]))
