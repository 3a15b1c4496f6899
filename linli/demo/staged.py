"""The cases that stand open today: told backwards from now, so that each state is there with its clock on time, amber and red.

Ordinary ways stand in `lives.py`; here only the beginning differs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from linli.core.cases.public import CASE
from linli.core.flow.public import limit_in_force
from linli.demo.life import Town, Way
from linli.demo.lives import Life
from linli.demo.plans import CasePlan

STAGE = {
    "reported": "file", "confirming": "confirm", "filed": "dispatch", "handled": "verify", "verifying": "verify", "verified": "close",
}  # fmt: skip
SHELVED_WORK_DAYS = 6


class StagedLife(Life):
    """A case whose clock has run the planned share at `end`."""

    def __init__(self, town: Town, plan: CasePlan, end: datetime) -> None:
        super().__init__(town, plan)
        self.state = plan.fate.removeprefix("staged_")
        amount, unit = self.limit()
        self.start = town.office.before(end, plan.share or 0.5, amount, unit)

    def limit(self) -> tuple[Decimal, str]:
        """The limit of the clock that runs today."""
        if self.state == "shelved":
            return Decimal(SHELVED_WORK_DAYS), "work_day"
        stage = STAGE.get(self.state, "")
        limit = limit_in_force(CASE, stage) if stage else None
        if limit is not None and limit.amount is not None:
            return limit.amount, limit.unit
        condition = self.category().conditions[0]
        return condition.limit_amount, condition.limit_unit

    def way(self) -> Way:
        """To the planned state and no further."""
        if self.state in ("reported", "confirming", "filed"):
            yield from self.at_the_desk()
            return
        if self.state == "resumed":
            yield from self.resumed()
            return
        after_work = self.state in ("handled", "verifying", "verified")
        yield self.begin_before(self.rng.uniform(3, 7.5) if after_work else self.rng.uniform(0.6, 1.2))
        self.report()
        yield self.wait(15)
        self.file()
        yield self.wait(15) if after_work else self.until(self.start)
        self.dispatch()
        if self.state == "dispatched":
            return
        yield self.shortly(6)
        self.do(self.handler, "accept")
        yield from self.in_the_end() if after_work else self.at_work()

    def dispatch(self) -> None:
        given = {"unit_id": self.town.staff.units[self.plan.unit].id} if self.plan.unit else {}
        self.do(self.desk("dispatcher"), "dispatch", **given)

    def resumed(self) -> Way:
        """Shelved soon after it was accepted, and taken up again some working days later; what is urgent waits for nothing."""
        yield self.begin_before(self.rng.uniform(0.6, 1.2) if self.is_urgent() else self.rng.uniform(10, 44))
        self.report()
        yield self.wait(15)
        self.file()
        yield self.until(self.start) if self.is_urgent() else self.wait(15)
        self.dispatch()
        yield self.shortly(6)
        self.do(self.handler, "accept")
        if not self.is_urgent():
            yield from self.shelved()
            yield self.until(self.start)
            self.do(self.handler, "resume", note="条件已具备，恢复处置。")

    def shelved(self) -> Way:
        """Asked for and granted."""
        yield self.shortly(5)
        self.do(self.handler, "ask_shelving", reason=self.says("shelved"))
        yield self.shortly(20)
        self.do(self.desk("dispatcher"), "grant_shelving", note="同意挂账，条件具备后恢复。")

    def shortly(self, minutes: float) -> datetime:
        """Some minutes later whatever the hour: the clock of today may run on a Sunday, and its steps must lie before the end."""
        return self.until(self.at + timedelta(minutes=minutes))

    def begin_before(self, work_hours: float) -> datetime:
        """The instant of the report, some office hours before the clock of today starts."""
        self.at = self.town.office.before(self.start, work_hours, Decimal(1), "work_hour")
        return self.at

    def at_the_desk(self) -> Way:
        yield self.begin_before(0.01 if self.state == "reported" else 0.6)
        self.report()
        if self.state == "confirming":
            yield self.until(self.start)
            self.do(self.desk("acceptance"), "send_to_confirm", note="请到现场核实。")
        elif self.state == "filed":
            yield self.until(self.start)
            self.file()

    def at_work(self) -> Way:
        if self.state == "extension_asked":
            yield self.shortly(5)
            self.do(self.handler, "ask_extension", reason=self.says("longer"), amount=self.more())
        elif self.state == "shelving_asked":
            yield self.shortly(5)
            self.do(self.handler, "ask_shelving", reason=self.says("shelved"))
        elif self.state == "shelved":
            yield from self.shelved()

    def in_the_end(self) -> Way:
        # The clock of verifying starts with the hand-over, the clock of closing with the verification.
        yield self.wait(60) if self.state == "verified" else self.until(self.start)
        self.do(self.handler, "hand_over", note=self.says("done"), files=self.proof())
        if self.state == "handled":
            return
        yield self.shortly(4)
        self.do(self.desk("verifier"), "send_to_verify")
        if self.state == "verified":
            yield self.until(self.start)
            self.do(self.worker, "verify_pass", note=self.says("seen"))
