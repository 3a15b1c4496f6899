"""The partition trial: the tables of cases become tables partitioned by district, and linli does not notice.

docs/adr/0002-partitioning.md says why and what is lost. `partition` below is the recipe; an operator's migration would do
the same table by table.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models

from linli.core.cases.public import (
    Case,
    CaseEvent,
    CaseFilter,
    Given,
    act,
    case_full,
    find_case,
    home_counts,
    list_cases,
)
from linli.core.flow.tasks import escalate_late
from linli.core.platform.public import SYSTEM, Actor, clock_at, now, verify, write
from tests.city import DISTRICT, OTHER_DISTRICT, TestCity

pytestmark = pytest.mark.postgres


def growing_tables() -> list[type[models.Model]]:
    """The models of cases that carry the key of the partitions."""
    names = {"home_district"}
    return [
        model for model in apps.get_app_config("cases").get_models() if names <= {f.name for f in model._meta.fields}
    ]


def ask(sql: str, *parameters: str | int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def partition(table: str, districts: dict[str, str]) -> None:
    """Turns a table into one partitioned by LIST (home_district), with a partition per district and one for all others.

    Rows, indexes, unique, foreign and check constraints stay; the primary key becomes (id, home_district). One transaction.
    Identity columns of partitioned tables came with PostgreSQL 17, so `id` gets a sequence of its own.
    """
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    indexes = ask(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))",
        table,
    )
    constraints = ask(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('u', 'f')",
        table,
    )
    ask(f"ALTER TABLE {table} RENAME TO {table}_whole")
    for name, _definition in constraints:
        ask(f'ALTER TABLE {table}_whole DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        ask(f'DROP INDEX "{name}"')
    ask(
        f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY LIST (home_district)"
    )
    ask(f"CREATE SEQUENCE {table}_part_id OWNED BY {table}.id")
    ask(f"SELECT setval('{table}_part_id', GREATEST(1, (SELECT max(id) FROM {table}_whole)))")
    ask(f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_part_id')")
    ask(f"ALTER TABLE {table} ADD PRIMARY KEY (id, home_district)")
    for suffix, district in districts.items():
        ask(f"CREATE TABLE {table}_{suffix} PARTITION OF {table} FOR VALUES IN ('{district}')")
    ask(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT")
    for name, definition in constraints:
        ask(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _name, definition in indexes:
        ask(str(definition))
    ask(f"INSERT INTO {table} SELECT * FROM {table}_whole")
    ask(f"DROP TABLE {table}_whole")


@pytest.fixture
def parted(city: TestCity) -> TestCity:
    """The test city with cases in every state in one district and one case in the other, its tables then partitioned."""
    for state in ("reported", "handling", "shelved", "verified", "archived", "merged"):
        city.bring_to(state)
    far = city.report("worker", grid=4, words="南山的井盖")
    assert far.home_district == OTHER_DISTRICT
    before = {model: set(model._default_manager.values_list("id", "home_district")) for model in growing_tables()}
    for model in growing_tables():
        partition(model._meta.db_table, {"near": DISTRICT, "far": OTHER_DISTRICT})
    assert {model: set(model._default_manager.values_list("id", "home_district")) for model in before} == before
    return city


def test_every_table_of_cases_that_grows_is_tried() -> None:
    names = {model.__name__ for model in growing_tables()}
    assert names >= {"Case", "CaseEvent", "CaseNote", "CaseFile", "CaseClock", "CaseRequest", "CaseUnit", "Escalation"}


def test_every_unique_constraint_of_a_table_that_grows_has_the_key() -> None:
    for model in growing_tables():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                assert "home_district" in constraint.fields, f"{model.__name__}.{constraint.name}"
        assert not any(field.unique for field in model._meta.fields if not field.primary_key)


def test_rows_that_were_there_lie_in_the_partition_of_their_district(parted: TestCity) -> None:
    assert ask("SELECT DISTINCT home_district FROM cases_case_near") == [(DISTRICT,)]
    assert ask("SELECT DISTINCT home_district FROM cases_case_far") == [(OTHER_DISTRICT,)]
    assert ask("SELECT count(*) FROM cases_case_rest") == [(0,)]
    assert list(verify()) == []


@pytest.mark.parametrize(
    "state", ["confirming", "filed", "dispatched", "shelved", "verified", "archived", "rejected", "merged", "void"]
)
def test_the_loop_runs_on_partitioned_tables(parted: TestCity, state: str) -> None:
    case = parted.bring_to(state)
    assert Case.objects.get(id=case.id).state == state
    full = case_full(case)
    assert [entry.event.seq for entry in full.timeline] == list(range(1, case.seq + 1))
    assert list(verify()) == []


def test_cases_from_before_go_on_afterwards(parted: TestCity) -> None:
    case = Case.objects.get(state="handling")
    parted.do("handler", case, "hand_over", note="修好了", files=(parted.photo(),))
    parted.do("verifier", case, "send_to_verify")
    parted.do("worker", case, "verify_pass")
    done = parted.do("verifier", case, "close")
    rated = act(Actor(kind="resident"), done.id, "rate", Given(score=1), uuid=uuid4(), tracking=done.tracking)
    reopened = act(
        Actor(kind="resident"), rated.id, "reopen", Given(reason="没修好"), uuid=uuid4(), tracking=rated.tracking
    )
    assert reopened.state == "filed"
    assert list(verify()) == []


def test_lists_search_counts_and_jobs_work_on_partitioned_tables(parted: TestCity) -> None:
    access = parted.access["acceptance"]
    case = parted.report(words="玉兰树倒在人行道上")
    assert [row.id for row in list_cases(access, CaseFilter(words="玉兰树")).rows] == [case.id]
    assert find_case(parted.access["far_acceptance"], case.id) is None
    assert home_counts(access, day_start=now() - timedelta(days=1)).by_state["reported"] == 3
    auditor = {row.home_district for row in list_cases(parted.access["auditor"], CaseFilter()).rows}
    assert auditor == {DISTRICT, OTHER_DISTRICT}
    with clock_at(now() + timedelta(days=20)):
        with write(SYSTEM) as work:
            escalate_late(work, {})
        assert CaseEvent.objects.filter(action="escalate").exists()
    assert list(verify()) == []


def scanned(rows: models.QuerySet[Case]) -> set[str]:
    """The partitions of cases_case that a plan touches."""
    plan = rows.explain()
    return {name for name in ("near", "far", "rest") if f"cases_case_{name}" in plan}


def test_a_query_that_names_the_district_reads_one_partition(parted: TestCity) -> None:
    assert scanned(Case.objects.filter(home_district=OTHER_DISTRICT, state="reported")) == {"far"}
    assert scanned(Case.objects.filter(state="reported")) == {"near", "far", "rest"}  # the control: without it, all


def test_two_cases_with_one_tracking_number_are_refused_in_a_district(parted: TestCity) -> None:
    from django.db import IntegrityError, transaction

    first, second = Case.objects.filter(home_district=DISTRICT).order_by("id")[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(id=second.id).update(tracking=first.tracking)


def test_a_district_is_detached_and_attached_again(parted: TestCity) -> None:
    far = Case.objects.get(home_district=OTHER_DISTRICT)
    tables = [model._meta.db_table for model in growing_tables()]
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        ask(f"ALTER TABLE {table} DETACH PARTITION {table}_far")
    assert ask("SELECT id FROM cases_case_far") == [(far.id,)]
    assert not Case.objects.filter(id=far.id).exists()
    assert parted.bring_to("archived").state == "archived"
    # The trail stays whole and names exactly what went: the entries of the detached district.
    assert {finding.kind for finding in verify()} == {"subject"}
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        ask(f"ALTER TABLE {table} ATTACH PARTITION {table}_far FOR VALUES IN ('{OTHER_DISTRICT}')")
    assert Case.objects.get(id=far.id).tracking == far.tracking
    assert list(verify()) == []


@pytest.mark.parametrize("table", ["cases_case", "cases_caseclock", "cases_caseevent"])
def test_what_a_foreign_key_would_have_stopped_is_found_by_verify(parted: TestCity, table: str) -> None:
    case = Case.objects.get(state="archived")
    assert list(verify()) == []
    if table == "cases_caseclock":
        ask("UPDATE cases_caseclock SET case_id = 999999 WHERE case_id = %s", case.id)
    else:
        column = "id" if table == "cases_case" else "case_id"
        ask(f"DELETE FROM {table} WHERE {column} = %s", case.id)
    assert {finding.kind for finding in verify()} & {"state"}
