"""Who takes each step of the loop where: what a city needs of people, seen from the case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.access.public import staffing, unit_tree, within
from linli.core.areas.public import area_tree
from linli.core.cases.reading.unattended import unattended_units
from linli.core.platform.public import CityCheck, Lack, SetupStep, first_of, listed

# What must be done for every case, by whom, and how grave it is where nobody may.
DUTIES = (
    ("case.file", gettext_lazy("files reports (acceptance clerk)")),
    ("case.dispatch", gettext_lazy("dispatches cases (dispatcher)")),
    ("case.send_to_verify", gettext_lazy("verifies and closes (verifier)")),
)


def _streets(access: Any) -> list[int]:
    inside, nodes = within(access, "access.delegate"), area_tree().nodes
    return [one for one in sorted(inside & set(nodes)) if nodes[one].level == "street"]


def there(access: Any) -> str:
    """In how many streets every step has somebody."""
    held, streets = staffing(), _streets(access)
    whole = sum(all(held.in_area(permission, street) for permission, _words in DUTIES) for street in streets)
    said = _("%(whole)s of %(streets)s streets have somebody for every step")
    return said % {"whole": whole, "streets": len(streets)} if whole else ""


def look(access: Any) -> Iterator[Lack]:
    """The steps for which streets have nobody, and the departments that cannot take a case on."""
    held, nodes, streets = staffing(), area_tree().nodes, _streets(access)
    for permission, words in DUTIES:
        bare = [nodes[street].title for street in streets if not held.in_area(permission, street)]
        if bare:
            said = ngettext(
                "In %(n)s street nobody %(does)s: %(names)s.", "In %(n)s streets nobody %(does)s: %(names)s.", len(bare)
            )
            yield Lack(said % {"n": len(bare), "does": words, "names": first_of(bare)}, True, reverse("people"))
    inside = within(access, "access.delegate")
    lame = [
        one.title
        for one in unit_tree().nodes.values()
        if one.kind == "department"
        and one.area_id in inside
        and not unit_tree().children.get(one.id)
        and not held.for_unit("case.accept", one.id)
    ]
    if lame:
        said = ngettext(
            "%(n)s department has nobody who takes cases on: %(names)s.",
            "%(n)s departments have nobody who takes cases on: %(names)s.",
            len(lame),
        )
        yield Lack(said % {"n": len(lame), "names": first_of(lame)}, False, reverse("people"))


def look_at_waiting(access: Any) -> Iterator[Lack]:
    """Units with open cases that nobody may take on."""
    inside = within(access, "access.delegate")
    found = [one for one in unattended_units() if one.filed_in & inside]
    if found:
        cases = sum(one.cases for one in found)
        names = listed([one.title for one in found][:3])
        said = ngettext(
            "%(n)s open case waits where nobody may take it on: %(names)s.",
            "%(n)s open cases wait where nobody may take them on: %(names)s.",
            cases,
        )
        yield Lack(said % {"n": cases, "names": names}, True, reverse("people"))


STEPS = (
    SetupStep(
        code="desks",
        titles={"zh-hans": "各环节经办人", "en": "Somebody for each step"},
        explained={
            "zh-hans": "每个街道都要有人受理、派遣、核查，每个部门都要有人处置，案卷才走得通。",
            "en": "A case goes all the way where every street has people who file, dispatch and verify, and every department somebody who handles.",
        },
        order=35, there=there, look=look, permission="access.delegate", page="people", imports=("people",),
    ),
)  # fmt: skip
CHECKS = (
    CityCheck(code="waiting_cases", titles={"zh-hans": "无人接办的案卷", "en": "Cases that nobody may take on"}, look=look_at_waiting, order=500),
)  # fmt: skip
