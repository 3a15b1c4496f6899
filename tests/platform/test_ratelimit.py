"""Rate limits count exactly, together, per window, and keep no address."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from linli.core.platform.models import RateCount
from linli.core.platform.public import allow, clock_at, put_back, remove_expired_counts

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_the_limit_is_reached_and_opens_again_in_the_next_window() -> None:
    with clock_at(NOON):
        assert [allow("sign_in", "203.0.113.9", 3, MINUTE) for _ in range(5)] == [True, True, True, False, False]
        assert allow("sign_in", "203.0.113.10", 3, MINUTE)
        assert allow("report", "203.0.113.9", 3, MINUTE)
    with clock_at(NOON + timedelta(seconds=59)):
        assert not allow("sign_in", "203.0.113.9", 3, MINUTE)
    with clock_at(NOON + MINUTE):
        assert allow("sign_in", "203.0.113.9", 3, MINUTE)


@pytest.mark.django_db
def test_what_is_put_back_may_be_asked_again_and_never_in_another_window() -> None:
    with clock_at(NOON):
        assert [allow("sign_in", "a", 2, MINUTE) for _ in range(2)] == [True, True]
        put_back("sign_in", "a", MINUTE)
        assert [allow("sign_in", "a", 2, MINUTE) for _ in range(2)] == [True, False]
        put_back("sign_in", "nobody", MINUTE)
    with clock_at(NOON + MINUTE):
        for _ in range(3):  # what was counted a minute ago
            put_back("sign_in", "a", MINUTE)
        assert [allow("sign_in", "a", 2, MINUTE) for _ in range(3)] == [True, True, False]
    assert RateCount.objects.filter(count__lt=0).count() == 0
    assert RateCount.objects.count() == 2


@pytest.mark.django_db
def test_neither_address_nor_name_stands_in_the_table() -> None:
    allow("sign_in", "203.0.113.9", 3, MINUTE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM platform_rate_count")
        assert "203.0.113.9" not in repr(cursor.fetchall())


@pytest.mark.django_db
def test_one_question_is_one_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        allow("sign_in", "203.0.113.9", 3, MINUTE)


@pytest.mark.django_db
def test_counters_go_when_their_window_is_over() -> None:
    with clock_at(NOON):
        allow("sign_in", "a", 3, MINUTE)
        assert remove_expired_counts() == 0
        assert RateCount.objects.count() == 1
    with clock_at(NOON + timedelta(minutes=3)):
        assert remove_expired_counts() == 1
        assert remove_expired_counts() == 0


@pytest.mark.parametrize(("limit", "per"), [(0, MINUTE), (3, timedelta(0))])
def test_a_limit_that_allows_nothing_is_an_error_of_the_program(limit: int, per: timedelta) -> None:
    with pytest.raises(ValueError, match="allows nothing"):
        allow("sign_in", "a", limit, per)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly() -> None:
    answers: list[bool] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        with clock_at(NOON):
            for _ in range(5):
                answers.append(allow("sign_in", "a", 17, MINUTE))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(True), answers.count(False)) == (17, 23)
