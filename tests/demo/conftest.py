"""One demo city for all tests that only look at it."""

import pytest

from linli.demo.city import City, generate_city


@pytest.fixture(scope="session")
def city() -> City:
    """The city of seed 1; frozen, so tests cannot disturb one another."""
    return generate_city(1)
