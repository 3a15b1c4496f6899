"""A city's own case standard comes in by file: conditions of a code together, what 天 means asked once, what cannot be read left for a person."""

from __future__ import annotations

import io

import pytest

from linli.core.access.public import Access
from linli.core.configuration.models import ConfigChange
from linli.core.configuration.public import answer_questions, holding, leave_out, put_in_force, tables, undo
from linli.core.configuration.tables.standards import read_limit
from linli.core.exchange.public import DeclaredSource, How, Report, bring_in, declaration_of, guessed, opened
from linli.core.platform.public import ImportAsked, Refusal, now, verify
from tests.city import TestCity
from tests.configuration.contract import AtATable

SAMPLE = """kind,major_code,major_name,minor_code,minor_name,filing_condition,closing_condition,limit_text
component,01,公用设施,01,上水井盖,缺失、移位的,恢复,2紧急工作时
component,01,公用设施,01,上水井盖,破损的,更换或修复,4小时
matter,01,市容环境,03,乱堆物料,占道堆放的,清理,1天
matter,01,市容环境,04,违法搭建,正在搭建的,制止,2紧急工作日
"""


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("2紧急工作时", ("2", "urgent_hour", "")), ("1天", ("1", "", "days")), ("0.5 个工作日", ("0.5", "work_day", "")),
        ("４小时", ("4", "", "hours")), ("2紧急工作日", ("2", "", "")), ("修复", ("", "", "")), ("0天", ("", "", "")),
    ],
)  # fmt: skip
def test_a_limit_is_read_as_it_is_written_and_never_guessed(words: str, read: tuple[str, str, str]) -> None:
    assert read_limit(words) == read


class TestFileOfStandards(AtATable):
    code = "standards"

    def test_a_file_becomes_a_draft_that_is_settled_previewed_and_undone(self, city: TestCity, boss: Access) -> None:
        access, table, before = boss, self.table, self.holds()
        declared = declaration_of(table.import_code)
        given = opened(io.BytesIO(SAMPLE.encode("gbk")), "本市标准.csv")
        source = DeclaredSource(declared, guessed(declared, given.table.columns), ImportAsked(access=access, now=now()))
        report = Report()
        bring_in(source, given, report, How(actor=access.actor()))
        assert (report.rows, report.faults.count) == (4, 0)
        change = ConfigChange.objects.get()
        assert self.holds() == before
        actor = access.actor()
        with pytest.raises(Refusal, match=r"file leaves open|文件"):
            put_in_force(actor, access=access, change_id=change.id, reason="本市标准")
        answer_questions(
            actor, access=access, change_id=change.id, answers={"days": "calendar_day", "hours": "work_hour"}
        )
        with pytest.raises(Refusal, match="2紧急工作日"):
            put_in_force(actor, access=access, change_id=change.id, reason="本市标准")
        leave_out(actor, access=access, change_id=change.id, keys=["city~matter~0104"])
        put_in_force(actor, access=access, change_id=change.id, reason="本市标准")
        held = holding(tables()["standards"].timelines(), now())
        limits = [(one["amount"], one["unit"]) for one in held["city~component~0101"]["conditions"]]
        assert limits == [("2", "urgent_hour"), ("4", "work_hour")]
        assert held["city~matter~0103"]["conditions"][0]["unit"] == "calendar_day"
        undo(actor, access=access, change_id=change.id)
        assert self.holds() == before
        assert verify() == []
