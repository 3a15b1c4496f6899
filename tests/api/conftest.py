"""Callers of the API in the test city."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller, by_token
from tests.city import TestCity


@pytest.fixture
def acceptance(city: TestCity) -> Caller:
    """The acceptance desk of the street, by token."""
    return by_token(city, "acceptance")


@pytest.fixture
def worker(city: TestCity) -> Caller:
    """The worker of the first grid, by token."""
    return by_token(city, "worker")


@pytest.fixture
def resident(city: TestCity) -> Caller:
    """Somebody without account, in a city that is set up."""
    return Caller()
