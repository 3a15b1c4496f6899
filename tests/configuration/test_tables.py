"""Each table of configuration keeps the contract."""

from __future__ import annotations

from typing import Any

from tests.city import COMMUNITY, TestCity
from tests.configuration.contract import TableContract


class TestRouting(TableContract):
    code, bad = "routing", ("unit", "没有这个单位")

    def row(self, city: TestCity) -> dict[str, Any]:
        category = city.category()
        return {
            "category": f"{category.kind}:{category.code}",
            "area": COMMUNITY,
            "hours": "office",
            "unit": "environment",
        }

    def other(self, city: TestCity) -> dict[str, Any]:
        return {**self.row(city), "unit": "community_office"}


class TestReturns(TableContract):
    code, bad = "returns", ("from_kind", "nobody")

    def row(self, city: TestCity) -> dict[str, Any]:
        return {"from_kind": "department", "to_kind": "community_office"}

    def other(self, city: TestCity) -> None:
        return None


class TestHours(TableContract):
    code, bad = "hours", ("monday", "25:00-26:00")
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-12:00 13:00-17:30")

    def row(self, city: TestCity) -> dict[str, Any]:
        return dict(self.week)

    def other(self, city: TestCity) -> dict[str, Any]:
        return {**self.week, "saturday": "09:00-12:00"}


class TestDays(TableContract):
    code, bad = "days", ("day", "2027-13-01")

    def row(self, city: TestCity) -> dict[str, Any]:
        return {"day": "2027-02-05", "works": False, "name": "春节"}

    def other(self, city: TestCity) -> dict[str, Any]:
        return {"day": "2027-02-05", "works": True, "name": "补班"}


class TestLimits(TableContract):
    code, bad = "limits", ("amount", "0")

    def row(self, city: TestCity) -> dict[str, Any]:
        return {"flow": "case", "stage": "file", "amount": "3", "unit": "work_hour", "amber_percent": 75}

    def other(self, city: TestCity) -> dict[str, Any]:
        return {**self.row(city), "amount": "1.5"}


class TestStandards(TableContract):
    code, bad = "standards", ("kind", "animal")
    condition = {"text": "缺失、移位的", "closing": "恢复", "amount": "2", "unit": "urgent_hour"}

    def row(self, city: TestCity) -> dict[str, Any]:
        return {
            "kind": "component", "code": "0101", "name": "上水井盖", "major": "01", "major_name": "公用设施", "conditions": [self.condition],
        }  # fmt: skip

    def other(self, city: TestCity) -> dict[str, Any]:
        return {
            **self.row(city),
            "conditions": [self.condition, {**self.condition, "text": "破损的", "amount": "4", "unit": "work_hour"}],
        }
