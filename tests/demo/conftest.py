"""One generated and one told city for all tests that begin with it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from linli.demo.city import City, generate_city
from tests.demo.made import MadeCity, at_home, copy_of, kept_city


@pytest.fixture(scope="session")
def city() -> City:
    """The city of seed 1; frozen, so tests cannot disturb one another."""
    return generate_city(1)


@pytest.fixture
def told_city(tmp_path: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeCity]:
    """A small city with its 90 days behind it, as the database and the home of this test."""
    of_run = settings.LINLI_HOME.parent if "PYTEST_XDIST_WORKER" in os.environ else settings.LINLI_HOME
    kept = kept_city(of_run / "told-city")
    copy = copy_of(kept, tmp_path / "told")
    monkeypatch.setitem(os.environ, "LINLI_DATABASE_URL", f"sqlite:///{copy.home}/linli.sqlite3")
    with at_home(copy.home):
        yield copy
