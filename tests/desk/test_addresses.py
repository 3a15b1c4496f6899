"""The address of a page with a number is the one that Django gives."""

from __future__ import annotations

import pytest
from django.urls import reverse

from linli.core.desk.public import page_at


@pytest.mark.parametrize("name", ["case", "task", "person", "premises-record", "patrol:round"])
@pytest.mark.parametrize("number", [1, 40, 987654321])
def test_it_is_the_one_that_django_gives(name: str, number: int) -> None:
    assert page_at(name, number) == reverse(name, args=[number])
