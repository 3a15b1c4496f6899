"""Starts Django for the tests in a home of their own, on the database of LINLI_DATABASE_URL (default: an SQLite file).

Fixtures belong to the rooms: tests/<room>/conftest.py. A fixture stays small, makes rows through `public.py` of an area
and never through its models, takes the time from `clock_at`, and says in its name what one gets (`grid_with_worker`,
not `setup_data`). Only what every room needs may come here. A test that needs committed transactions, threads or processes
takes pytest-django's `transactional_db`; every other one takes `db`, which is rolled back.

While the project does not start, the rooms that need no Django run by `pytest --noconftest tests/algorithms tests/lib`.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from tests.city import TestCity

# No test fails because the machine has other work: how long something takes is measured in bench/.
hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
# Where the processes of a test find nothing that did not ask for a database.
NO_DATABASE = "postgresql://this-test-asked-for-no-database@127.0.0.1:1/none"


def _home() -> Path:
    """A fresh home; the workers of one run share a parent, which the run itself removes."""
    if WORKER:
        home = Path(os.environ["LINLI_HOME"]) / WORKER
        home.mkdir()
        return home
    return Path(tempfile.mkdtemp(prefix="linli-tests-"))


# What a test starts must end by the signals that it sends, also when the whole run began as a shell's background job or
# under nohup, which leave them ignored for all children.
for _ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(_ending) is signal.SIG_IGN:
        signal.signal(_ending, signal.default_int_handler if _ending is signal.SIGINT else signal.SIG_DFL)

HOME = _home()
os.environ |= {"LINLI_MODE": "test", "LINLI_HOME": str(HOME), "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
ON_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    # A file and not memory: locks, threads and other processes then behave as they do in a deployment.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
    # Killed processes lose nothing without it, and no test cuts the power.
    settings.DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
settings.LINLI_HOME = HOME  # a worker has read the settings of the run by now
django.setup()  # here, so that a room's conftest may import models at its top

from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: E402

from linli.core.platform.writing import versions  # noqa: E402 - models may load only now

pytest_plugins = ["tests.data_used", "tests.database_once"]

# Each client of a test begins a server of its own, and each of those would look at every file of the pages anew: the same ones.
_look_at_files = WhiteNoiseMiddleware.add_files_from_finders
_files_seen: dict[object, dict[str, object]] = {}


def _look_once(middleware: WhiteNoiseMiddleware) -> None:
    where = (middleware.static_prefix, tuple(settings.STATICFILES_DIRS), tuple(settings.STATICFILES_FINDERS))
    if where not in _files_seen:
        _look_at_files(middleware)
        _files_seen[where] = dict(middleware.files)
    middleware.files.update(_files_seen[where])


WhiteNoiseMiddleware.add_files_from_finders = _look_once

# The stamps are read anew once a second; a test that counts statements must not meet that second by chance. What a test
# itself changes is seen at once all the same, since `bump` asks for a fresh reading.
versions.STALE_SECONDS = 3600.0


def pytest_unconfigure() -> None:
    """Removes the home."""
    if not WORKER:
        shutil.rmtree(HOME, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out on SQLite what needs PostgreSQL, and on PostgreSQL what asks no database: SQLite's run has had it.

    That what is left out needs none is shown, not believed: see `pytest_runtest_setup`.
    """
    if not ON_SQLITE:
        left_out = [item for item in items if not _asks_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _asks_database(item)]
        config.stash[_LEFT_OUT] = len(left_out)
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL; `make test` runs it there"))


def _asks_database(item: pytest.Item) -> bool:
    """Whether a test has the database of the run, or makes one of the same kind for itself (`own_database`)."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres", "own_database"))
    return marked or bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Takes the address of the database from the processes of a test that asked for none, before any fixture is made.

    In its own process pytest-django refuses a statement already. So a test that would be left out wrongly on PostgreSQL
    fails on SQLite, until it is marked `own_database`.
    """
    if not _asks_database(item):
        item.stash[_ADDRESS] = os.environ.get("LINLI_DATABASE_URL")
        os.environ["LINLI_DATABASE_URL"] = NO_DATABASE


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Gives the address back."""
    address = item.stash.get(_ADDRESS, NO_DATABASE)
    if address is None:
        os.environ.pop("LINLI_DATABASE_URL", None)
    elif address != NO_DATABASE:
        os.environ["LINLI_DATABASE_URL"] = address


_ADDRESS = pytest.StashKey[str | None]()
_LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many tests a run on PostgreSQL left to SQLite's, and what went wrong before a test ran once more."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"once more: {report.nodeid}", sep="_")
        terminalreporter.write_line(report.longreprtext)
    left_out = terminalreporter.config.stash.get(_LEFT_OUT, 0)
    if left_out:
        terminalreporter.write_line(f"{left_out} asking no database are left out on PostgreSQL: SQLite's run has them.")


@pytest.fixture(autouse=True)
def _fresh_catalogues() -> Iterator[None]:
    """Drops what the process keeps in memory: the rows behind it are rolled back after each test."""
    from linli.core.platform.public import forget_all

    forget_all()
    yield
    forget_all()


@pytest.fixture(autouse=True)
def _standing_rows_are_bound(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuses a write that touches a table of rights, money or time without binding what stands there (`work.stands`)."""
    from tests.standing import watched

    with watched(monkeypatch):
        yield


@pytest.fixture
def city(db: None) -> TestCity:
    """The small city of tests/city.py in this test's database."""
    from tests.city import build_city

    return build_city()
