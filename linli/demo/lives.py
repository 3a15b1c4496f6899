"""Acts out the plans: each case is a generator that yields when it goes on and does its next step through the real services.

`simulation.py` next door holds the clock and wakes the cases in the order of time; `life.py` knows who acts, when, with which
photo.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from linli.core.access.public import Access
from linli.core.cases.public import (
    OPEN_STATES,
    Case,
    find_case,
    parse_report,
    report_case,
    return_targets,
    solve_on_spot,
)
from linli.core.catalogue.public import NATIONAL, CategoryNode, catalogue
from linli.demo.life import PUBLIC_SOURCES, RESIDENT, Told, Way
from linli.demo.office_time import evening_crew
from linli.demo.plans import SECOND_GROUP, SENT_BACK

ESCALATED_BY_HAND = 2  # who stands higher is known to everybody already
NAMES = ("", "", "李女士", "王先生", "陈阿姨", "周师傅")


class Life(Told):
    """One case on its ordinary way; the plan's fate names the desk and the work that differ."""

    def way(self) -> Way:
        """The whole way of the case."""
        fate = self.plan.fate
        yield self.plan.reported_at
        if fate == "on_spot":
            self.solve()
            yield from self.checked(by_worker=False)
            return
        self.report()
        yield from getattr(self, f"desk_{fate}", self.desk_ordinary)()
        if self.case.state != "filed":
            return
        yield from self.dispatched()
        yield from self.accepted()
        yield from getattr(self, f"work_{fate}", self.work_ordinary)()
        if self.case.state == "handled":
            yield from self.checked()

    def report(self) -> None:
        """The report itself: staff name the category, residents often do not and seldom leave a name."""
        plan, rng = self.plan, self.rng
        by_staff = plan.source not in PUBLIC_SOURCES
        named = by_staff or rng.random() < 0.5
        shows = plan.own_pair or (
            plan.story.photo_subject is not None and plan.source != "hotline" and rng.random() < 0.45
        )
        report = parse_report(
            uuid=self.uuid(), source=plan.source, description=self.told_words(),
            lon=plan.spot.point.x, lat=plan.spot.point.y, address=plan.spot.words,
            category_id=self.category().id if named else None,
            reporter_name=rng.choice(NAMES) if not by_staff else "",
            files=self.picture(0, "report") if shows else (),
        )  # fmt: skip
        who = self.worker if plan.source in ("grid_worker", "patrol") else self.desk("acceptance")
        self.case = report_case(RESIDENT if plan.source == "resident" else who.actor("demo"), report)[0]
        self.begun()

    def begun(self) -> None:
        """The case exists from here on."""
        self.town.started[self.plan.number] = self.case.id
        self.town.watch(self.case)

    def solve(self) -> None:
        """The worker solves a small thing on the spot."""
        report = parse_report(
            uuid=self.uuid(), source="grid_worker", description=self.told_words(),
            lon=self.plan.spot.point.x, lat=self.plan.spot.point.y, address=self.plan.spot.words,
            category_id=self.category().id, files=(*self.picture(0, "before"), *self.picture(2, "after")),
        )  # fmt: skip
        self.case = solve_on_spot(self.worker.actor("demo"), report, note=self.says("done"))
        self.begun()

    # At the desk.

    def desk_ordinary(self) -> Way:
        """Filed after a look; now and then too late."""
        if self.is_urgent():
            yield self.until(self.at + timedelta(minutes=self.rng.uniform(4, 18)))
        else:
            yield self.soon(130, 320) if self.dawdles(0.055) else self.soon(4, 70)
        self.file()

    def dawdles(self, share: float) -> bool:
        """Whether a desk is late this time; never with a case whose handling will be, which has trouble enough."""
        return self.rng.random() < share and self.plan.fate not in ("late", "very_late")

    def is_urgent(self) -> bool:
        """Whether it runs by the urgent clock: the shift on duty takes it at once, whatever the hour."""
        return self.category().conditions[0].limit_unit == "urgent_hour"

    def file(self) -> None:
        note = self.says("to_do") if self.rng.random() < 0.5 else ""
        self.do(self.desk("acceptance"), "file", category_id=self.category().id, note=note)

    def confirmed(self, *, found: bool) -> Way:
        yield self.soon(4, 60)
        self.do(self.desk("acceptance"), "send_to_confirm", note="请到现场核实。")
        yield self.soon(15, 200)
        note = "现场属实。" if found else "现场未发现所述问题。"
        self.do(self.worker, "confirm", found=found, note=note)
        yield self.soon(3, 20)

    def desk_confirm(self) -> Way:
        yield from self.confirmed(found=True)
        self.file()

    def desk_not_found(self) -> Way:
        yield from self.confirmed(found=False)
        self.do(self.desk("acceptance"), "reject", reason="现场核实未发现所述问题。")

    def desk_rejected(self) -> Way:
        yield self.soon(5, 90)
        self.do(self.desk("acceptance"), "reject", reason=self.says("rejected"))

    def desk_void(self) -> Way:
        yield self.soon(5, 60)
        self.do(self.desk("acceptance"), "void", reason="上报人误操作，申请作废。")

    def desk_void_late(self) -> Way:
        yield from self.desk_ordinary()
        yield from self.dispatched()
        yield self.soon(10, 60)
        self.do(self.desk("acceptance"), "void", reason="与计划内养护重复，作废处理。")

    def desk_merged(self) -> Way:
        """Merged into its twin while that is open; otherwise there is nothing left to do."""
        yield self.until(self.at + timedelta(minutes=self.rng.uniform(2, 8)))
        other = find_case(self.desk("acceptance"), self.town.started.get(self.plan.twin_of or 0, 0))
        if other is not None and other.state in OPEN_STATES:
            self.do(self.desk("acceptance"), "merge", case_id=other.id, note="与在办案卷为同一问题。")
        else:
            self.do(self.desk("acceptance"), "reject", reason="同一问题刚刚处置完毕。")

    def desk_split(self) -> Way:
        """A second problem in the same report goes its own way."""
        yield self.soon(5, 50)
        self.do(
            self.desk("acceptance"),
            "split",
            note=f"同一处另有{self.second().name}，分案处理。",
            category_id=self.second().id,
        )
        child = Case.objects.get(split_from_id=self.case.id)
        self.town.begin(SplitLife(self, child, self.second()).way())
        yield self.soon(2, 10)
        self.file()

    def second(self) -> CategoryNode:
        """What else is wrong there: things piled up, or litter where that is the matter itself."""
        code = "06036" if self.category().code != "06036" else "06010"  # both are litter, as the second picture is
        return catalogue().by_code[NATIONAL, "matter", code]

    # At work.

    def dispatched(self, **given: Any) -> Way:
        if self.is_urgent():
            yield self.until(self.at + timedelta(minutes=self.rng.uniform(2, 9)))
        else:
            yield self.soon(65, 150) if self.dawdles(0.03) else self.crew_in(3, 42)
        self.do(self.desk("dispatcher"), "dispatch", **given)
        self.dispatched_at = self.at

    def accepted(self) -> Way:
        if self.is_urgent():
            yield self.until(self.at + timedelta(minutes=self.rng.uniform(2, 8)))
        else:
            yield self.crew_in(3, 40)
        self.do(self.handler, "accept")

    def crew_in(self, low: float, high: float) -> datetime:
        """Some minutes later: with what happens in the street while crews are out, until the evening; else in office time."""
        if self.category().kind != "matter":
            return self.soon(low, high)
        return self.until(evening_crew(self.at + timedelta(minutes=self.rng.uniform(low, high))))

    def handed_over(self, low: float, high: float) -> Way:
        """Handed over when a share between `low` and `high` of the limit has run since it was dispatched."""
        amount, unit = self.case.limit_amount or Decimal(1), self.case.limit_unit
        share = self.rng.uniform(low, high)
        yield self.until(self.town.office.after_share(self.dispatched_at, share, amount, unit))
        self.hand_over()

    def hand_over(self) -> None:
        """Done, as the handler sees it; the first time where it will be sent back, it is half done."""
        again = bool(self.case.reopen_count)
        half = self.plan.fate in SENT_BACK and not again
        self.do(self.handler, "hand_over", note=self.says("redone" if again else "done"), files=self.proof(half=half))

    def work_ordinary(self) -> Way:
        """Within the limit; what happens in the street is put right within hours, by crews that work until the evening."""
        if self.category().kind != "matter" or self.is_urgent():
            yield from self.handed_over(0.12, 0.95)
            return
        amount, unit = self.case.limit_amount or Decimal(1), self.case.limit_unit
        at_last = self.town.office.after_share(self.dispatched_at, 0.97, amount, unit)
        yield self.until(min(at_last, evening_crew(self.at + timedelta(hours=self.rng.triangular(0.25, 4.2, 0.9)))))
        self.hand_over()

    def work_commented(self) -> Way:
        yield self.soon(10, 60)
        self.do(self.handler, "comment", note="已联系班组，今天安排到场。")
        yield from self.work_ordinary()

    def work_late(self) -> Way:
        """Past due: urged by the centre, then done."""
        yield from self.overdue(1.05, 1.2)
        self.do(self.desk("dispatcher"), "urge", note="已超时限，请尽快处置并反馈。")
        yield from self.handed_over(1.25, 1.7)

    def work_very_late(self) -> Way:
        """Urged, supervised from the district, raised by hand, then done."""
        yield from self.overdue(1.1, 1.3)
        self.do(self.desk("dispatcher"), "urge", note="已超时限，请说明原因并尽快处置。")
        yield from self.overdue(1.6, 1.9)
        self.do(self.desk("supervisor"), "supervise", note="区中心督办：请两个工作时内反馈进展。")
        yield self.soon(60, 180)
        if Case.objects.get(id=self.case.id).escalation_level < ESCALATED_BY_HAND:
            self.do(self.desk("supervisor"), "escalate", note="提请分管领导协调。")
        yield self.soon(30, 300)
        self.hand_over()

    def overdue(self, low: float, high: float) -> Way:
        amount, unit = self.case.limit_amount or Decimal(1), self.case.limit_unit
        yield self.until(self.town.office.after_share(self.dispatched_at, self.rng.uniform(low, high), amount, unit))

    def work_returned(self) -> Way:
        """Not theirs: returned to the centre and dispatched to another unit."""
        yield self.soon(10, 60)
        target = return_targets(self.case)[0]
        self.do(self.handler, "return", reason=self.says("returned"), unit_id=target.id)
        yield from self.dispatched(unit_id=self.other_unit())
        yield from self.accepted()
        yield from self.work_ordinary()

    def other_unit(self) -> int:
        """A unit that takes a case which another returned."""
        units = self.town.staff.units
        wanted = "urban_management" if self.case.handling_unit_id != units["urban_management"].id else "housing"
        return units[wanted].id

    def work_extended(self) -> Way:
        yield from self.asked("extension", reason=self.says("longer"), amount=self.more())
        self.do(self.desk("dispatcher"), "grant_extension")
        yield from self.handed_over(0.9, 1.5)

    def work_extension_denied(self) -> Way:
        yield from self.asked("extension", reason=self.says("longer"), amount=self.more())
        self.do(self.desk("dispatcher"), "deny_extension", reason="事由不充分，请按原时限处置。")
        yield from self.work_denied()

    def more(self) -> Decimal:
        """How much more time is asked for, in the unit of the case's own limit."""
        return max(Decimal("0.5"), (self.case.limit_amount or Decimal(1)).normalize())

    def asked(self, kind: str, **given: Any) -> Way:
        yield from self.overdue(0.3, 0.5)
        self.do(self.handler, f"ask_{kind}", **given)
        yield self.soon(5, 30)

    def work_shelved(self) -> Way:
        yield from self.asked("shelving", reason=self.says("shelved"))
        self.do(self.desk("dispatcher"), "grant_shelving", note="同意挂账，条件具备后恢复。")
        yield self.soon(8 * 60 * 2, 8 * 60 * 8)
        self.do(self.handler, "resume", note="条件已具备，恢复处置。")
        yield self.soon(30, 120)
        self.hand_over()

    def work_shelving_denied(self) -> Way:
        yield from self.asked("shelving", reason=self.says("shelved"))
        self.do(self.desk("dispatcher"), "deny_shelving", reason="涉及通行安全，不宜挂账，请先行处置。")
        yield from self.work_denied()

    def work_denied(self) -> Way:
        """No more time: a crew does it the same evening, or it is done shortly before it is due."""
        if self.category().kind == "matter":
            yield from self.work_ordinary()
        else:
            yield from self.handed_over(0.8, 0.98)

    def work_joint(self) -> Way:
        """One leads, another assists."""
        other = self.other_unit()
        self.do(self.desk("dispatcher"), "add_assisting", unit_ids=(other,), note="请协办单位到场配合。")
        yield self.soon(15, 60)
        helper = self.town.staff.handlers[other][0]
        self.do(helper, "assist", note="已派人到场配合。")
        yield from self.work_ordinary()

    # After work.

    def checked(self, *, by_worker: bool = True) -> Way:
        """Sent to be verified, verified, closed, rated; the fate may send it back once."""
        fate = self.plan.fate
        yield self.until(self.at + timedelta(minutes=self.rng.uniform(3, 25)))
        if fate == "reworked":
            yield from self.again("rework", self.desk("verifier"))
        self.do(self.desk("verifier"), "send_to_verify")
        slow = self.dawdles(0.05)
        yield self.until(self.at + timedelta(minutes=self.rng.uniform(125, 240) if slow else self.rng.uniform(8, 70)))
        checker = (
            self.worker if by_worker and self.case.handling_unit_id != self.worker.unit_id else self.desk("verifier")
        )
        if fate == "verify_failed":
            yield from self.again("verify_fail", checker)
            self.do(self.desk("verifier"), "send_to_verify")
            yield self.until(self.at + timedelta(minutes=self.rng.uniform(8, 60)))
        self.do(checker, "verify_pass", note=self.says("seen"))
        yield self.soon(2, 60)
        self.do(self.desk("verifier"), "close")
        yield from self.rated()

    def again(self, action: str, who: Access) -> Way:
        """Not good enough: back to the handler, who hands over again."""
        self.do(who, action, reason=self.says("not_yet"))
        yield self.crew_in(40, 200)
        self.do(self.handler, "hand_over", note="已返工，" + self.says("redone"), files=self.proof())
        yield self.until(self.at + timedelta(minutes=self.rng.uniform(3, 20)))

    def rated(self) -> Way:
        """Residents rate what they reported; who is not satisfied may have it opened again."""
        if self.plan.fate == "reopened" and not self.case.reopen_count:
            yield self.until(self.at + timedelta(hours=self.rng.uniform(3, 60)))
            self.told("rate", score=1, note=self.says("cross"))
            yield self.until(self.at + timedelta(minutes=3))
            self.told("reopen", reason=self.says("again"))
            yield from self.dispatched()
            yield from self.accepted()
            yield from self.work_ordinary()
            yield from self.checked()
            return
        if self.plan.source not in ("resident", "hotline") or self.rng.random() > 0.55:
            return
        yield self.until(self.at + timedelta(hours=self.rng.triangular(0.2, 70, 4)))
        score = self.rng.choices((5, 4, 3, 2, 1), (52, 29, 10, 6, 3))[0]
        self.told("rate", score=score, note=self.says("glad" if score > 3 else "cross"))


class SplitLife(Life):
    """The case that was split off another: it is there already and goes straight through from the desk on."""

    def __init__(self, parent: Life, child: Case, category: CategoryNode) -> None:
        super().__init__(
            parent.town, replace(parent.plan, fate="plain", shots=parent.plan.second_shots, own_pair=False)
        )
        self.stem, self.case, self.own_category, self.at = "split", child, category, parent.at
        self.rng = random.Random(f"linli-demo-split-{parent.town.seed}-{parent.plan.number}")

    def category(self) -> CategoryNode:
        """What it was split off for."""
        return self.own_category

    @property
    def group(self) -> str:
        """Things piled up are litter."""
        return SECOND_GROUP

    def way(self) -> Way:
        """From the desk to the end."""
        self.town.watch(self.case)
        yield from self.desk_ordinary()
        yield from self.dispatched()
        yield from self.accepted()
        yield from self.work_ordinary()
        yield from self.checked()
