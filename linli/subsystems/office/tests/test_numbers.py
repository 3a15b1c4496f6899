"""The numbers of registers: no gap, no double, whoever comes at once; each kind, unit and year for itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Max

from linli.core.platform.public import BadInput, clock_at
from linli.subsystems.office.documents import numbers
from linli.subsystems.office.models import DocumentIn
from tests.cases.test_together import at_once
from tests.city import TestCity, build_city

from .test_documents_in import document_of


def test_each_kind_and_year_begins_anew_and_the_year_is_the_citys(city: TestCity) -> None:
    made = []
    for at, kind in (
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "superior"),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "superior"),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "peer"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "superior"),  # midnight in the city
        (datetime(2027, 5, 1, 1, 0, tzinfo=UTC), "superior"),
    ):
        with clock_at(at):
            made.append(document_of(city, kind=kind).reference)
    assert made == ["收〔2026〕1号", "收〔2026〕2号", "函收〔2026〕1号", "收〔2027〕1号", "收〔2027〕2号"]
    assert document_of(city, "other_acceptance").number == 1


class TestTogether:
    """Many who register at the same instant."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def city(self) -> TestCity:
        return build_city()

    def register(self, city: TestCity, count: int, **more: Any) -> list[object]:
        return at_once(*[lambda: document_of(city, **more)] * count)

    def test_they_get_numbers_without_gap_or_double_and_who_is_refused_takes_none(self, city: TestCity) -> None:
        deeds: list[Any] = []
        for place in range(8):
            deeds += [
                lambda: document_of(city),
                lambda place=place: document_of(
                    city, sender_number=f"住建〔2026〕{place // 2}号"
                ),  # every second one twice
            ]
        results = at_once(*deeds)
        refused = [one for one in results if isinstance(one, BadInput)]
        kept = sorted(DocumentIn.objects.values_list("number", flat=True))
        assert (len(refused), len(results) - len(refused)) == (4, 12)
        assert kept == list(range(1, 13))

    @pytest.mark.postgres
    def test_without_the_register_two_would_get_one_number(
        self, city: TestCity, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: the race is real where the next number is counted and not taken."""
        gate = threading.Barrier(2)

        def counted(_district: str, _unit_id: int, _sign: str, _instant: datetime) -> int:
            last = DocumentIn.objects.aggregate(last=Max("number"))["last"] or 0
            gate.wait(timeout=5)
            return int(last) + 1

        monkeypatch.setattr(numbers, "next_number", counted)
        results = self.register(city, 2)
        assert sum(isinstance(one, IntegrityError) for one in results) == 1
