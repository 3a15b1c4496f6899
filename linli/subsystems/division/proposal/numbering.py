"""Codes and names of proposed grids: 15 digits by CJ/T 213 (community and a running number), names in Chinese and English."""

from __future__ import annotations

import re

import numpy as np
import shapely

from linli.algorithms.division.model import Geometries, Ints

# Grids are numbered like the units of a map sheet: in bands from north to south, in each from west to east.
BAND_M = 250.0
RUNNING_DIGITS = 3
STATISTICAL_CODE = re.compile(r"\d{12}")
GRID, BEAT = ("网格", "Grid"), ("片区", "Beat")
# Places that the ground names by itself, with a number.
ENGLISH_PLACES = {"铁路站场": "Rail Yard"}
SUFFIXES = ("社区居民委员会", "社区居委会", "社区", "村民委员会", "村委会", "村")


def running_numbers(polygons: Geometries, community: Ints) -> Ints:
    """The running number from 1 of each grid (g) in its community, from west to east, then from north to south."""
    middles = shapely.centroid(polygons)
    band = -np.floor(shapely.get_y(middles) / BAND_M)
    order = np.lexsort((shapely.get_x(middles), band, community))
    first = np.searchsorted(community[order], community[order])
    numbers = np.empty(len(order), dtype=np.int32)
    numbers[order] = np.arange(len(order)) - first + 1
    return numbers


def grid_code(community: str, number: int) -> str:
    """15 digits where the community has a statistical code; other codes are set off by a hyphen."""
    running = f"{number:0{RUNNING_DIGITS}d}"
    return community + running if STATISTICAL_CODE.fullmatch(community) else f"{community}-{running}"


def grid_names(
    community: str, number: int, kind: str, place: str = "", noun: tuple[str, str] = GRID
) -> tuple[str, str]:
    """Name in Chinese and in English. `place` is the name of a dedicated grid's premises, `noun` what it is: GRID or BEAT."""
    if kind == "dedicated" and place:
        return f"{place}专属网格", f"{romanised(place)} Dedicated Grid"
    named = {"undeveloped": ("待开发", "Undeveloped"), "dedicated": ("专属", "Dedicated")}
    chinese, english = named.get(kind, ("", ""))
    stem = next((community.removesuffix(end) for end in SUFFIXES if community.endswith(end)), community)
    return f"{community}第{number}{chinese}{noun[0]}", " ".join(
        filter(None, (romanised(stem), english, f"{noun[1]} {number}"))
    )


def place_of_name(name: str) -> str:
    """The premises that a dedicated grid is named after; a name given by hand stays as it is."""
    return name.removesuffix("专属网格")


def romanised(name: str) -> str:
    """Pinyin as on road signs (望江: Wangjiang); a name that is not Chinese stays as it is."""
    from pypinyin import lazy_pinyin

    stem = name.rstrip("0123456789")
    if stem in ENGLISH_PLACES:
        return f"{ENGLISH_PLACES[stem]} {name[len(stem) :]}".strip()
    parts = lazy_pinyin(stem)
    return name if parts == [stem] else f"{''.join(parts).capitalize()} {name[len(stem) :]}".strip()
