"""The benchmark writes its million cases by SQL of its own: it must know every column that a case must have."""

from __future__ import annotations

import re

import pytest

from bench import many_cases
from linli.core.cases.models import Case, CaseClock, CaseEvent


@pytest.mark.parametrize("model", [Case, CaseEvent, CaseClock])
def test_the_made_up_rows_fill_every_column_that_must_not_be_empty(model: type[Case | CaseEvent | CaseClock]) -> None:
    told = re.search(rf"INSERT INTO {model._meta.db_table} \(([^)]*)\)", "".join(
        text for text in vars(many_cases).values() if isinstance(text, str)
    ))  # fmt: skip
    assert told is not None
    written = {name.strip() for name in told[1].split(",")}
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    assert written <= {field.column for field in fields}
    assert [field.column for field in fields if not field.null and field.column not in written] == []
