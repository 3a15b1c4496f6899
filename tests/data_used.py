"""Records which tables the code of a package touches while its own tests run, and compares that with its `data.json`.

A plugin of pytest, loaded by the conftest.py of the root. The tests of a package are those of its folder (a department) or of
tests/<code> (an area of the core). Only what happens in the body of a test counts, so that shared fixtures change nothing; what
tests of the browser, of the soak and of PostgreSQL alone do is not counted either.

Who touches a table is read from the stack. `platform`, `desk` and `api` work on behalf of whoever calls them and are looked
through; what a template tag, a middleware or a test does is its own affair, so nothing above it counts, and so is loading a catalogue
that is kept in memory, since chance says who asks first. A table is touched by the
package that owns it where its code stands on the stack, and by who called that; else by the innermost package. A statement about items
of a department that the engine or the desk makes by itself counts for the department. What stands above a package, such as the cases
above the engine that moves them, is not written down for it: it does not know them.

When all tests of a package have passed in one run (on SQLite, whose run has all of them), what was seen must be what the file
says; in a part of them nothing may be seen that the file lacks. `--write-data` writes the files of the packages whose tests ran whole.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.backends.utils import CursorWrapper

from linli.core.platform.plug.tables import FILE, recorded
from linli.core.platform.public import described_areas, subsystems

Seen = dict[str, dict[str, set[str]]]  # module → creates and uses → tables

ROOT = Path(__file__).resolve().parents[1]
LOOKED_THROUGH = {"platform", "desk", "api"}
KEPT_APART = {"browser", "soak", "postgres"}
INSERTS = "linli.core.platform.writing.rows"
CATALOGUES = (
    "linli.core.platform.writing.versions"  # whoever asks first loads for all: only the owner of what is loaded counts
)
FILES = {"platform_stored_file", "platform_derivative"}
NAME = re.compile(r"\b[a-z]+_\w+\b")
INSERTED = re.compile(r'\bINSERT(?: OR \w+)? INTO "?(\w+)"?')
WATCHERS = {__name__, "tests.standing"}  # they stand around each statement and have no part in it
OF_OTHERS = ("templatetags", "context_processors", "middleware", "tests")


class Recorder:
    """What was seen in this process: package → what it touched. `package` is the one whose test runs just now."""

    def __init__(self) -> None:
        self.package = ""
        self.seen: dict[str, Seen] = defaultdict(_nothing)

    def note(self, sql: str) -> None:
        """Puts the tables of one statement down to the package, if it is its code that touches them."""
        tables, inserted = _tables_in(sql)
        if not tables:
            return
        standing, through = _packages_on_stack(sys._getframe(2))
        if self.package in standing:
            module, order = standing[self.package], list(standing)
        elif not _is_of_core(self.package) and self.package in {_owners()[table] for table in tables}:
            module, order = (
                self.package,
                [self.package],
            )  # a page of the desk or the engine, for an item of this department
        else:
            return
        for table in tables:
            toucher = _touches(table, self.package, order)
            if toucher:
                mine = toucher == "itself" and (not through or _owners()[table] == self.package)
                kind = "creates" if table in inserted and mine else "uses"
                self.seen[self.package][module][kind].add(table)


def _nothing() -> Seen:
    return defaultdict(lambda: {"creates": set(), "uses": set()})


def _touches(table: str, package: str, order: list[str]) -> str:
    """How the package touches a table, from the packages on the stack, innermost first: "itself", as the caller, or not ("")."""
    owner = _owners()[table]
    if _floor(owner) > _floor(package):
        return ""
    if owner not in order:
        return "itself" if order[0] == package else ""
    if owner == package:
        return "itself"
    return "as the caller" if order[order.index(owner) + 1 :][:1] == [package] else ""


@cache
def _owners() -> Mapping[str, str]:
    """Every table of a package → its code; the bookkeeping of those that are looked through is nobody's use."""
    found = {one._meta.db_table: one._meta.app_label for one in apps.get_models(include_auto_created=True)}
    codes = {one.code for one in (*described_areas(), *subsystems())}
    return {
        table: code for table, code in found.items() if code in codes and (code not in LOOKED_THROUGH or table in FILES)
    }


@cache
def _floor(code: str) -> int:
    """How high a package stands: in the order of the settings, in which none points at a through one."""
    return [config.label for config in apps.get_app_configs()].index(code)


@cache
def _is_of_core(code: str) -> bool:
    return not apps.get_app_config(code).name.startswith("linli.subsystems.")


@lru_cache(maxsize=8192)
def _tables_in(sql: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(NAME.findall(sql)) & _owners().keys(), frozenset(INSERTED.findall(sql))


def _packages_on_stack(frame: FrameType | None) -> tuple[dict[str, str], bool]:
    """The packages on the stack with their innermost module each, from the innermost outwards; and whether another room of the
    platform stands inside them, such as the unit of work that does at its end what somebody has asked it for: then that is who does it."""
    found: dict[str, str] = {}
    through = False
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        through |= not found and name.startswith("linli.core.platform.") and name != INSERTS
        place = _place(name)
        if place == ("", ""):
            break
        if place is not None:
            found.setdefault(*place)
        frame = frame.f_back
    return found, through


@cache
def _place(module: str) -> tuple[str, str] | None:
    """The package and the module that a module belongs to; None when it is looked through, ("", "") where the stack ends."""
    if module in WATCHERS:
        return None
    parts = module.split(".")
    if (
        module == CATALOGUES
        or parts[0] == "tests"
        or (parts[0] == "linli" and (set(parts) & set(OF_OTHERS) or parts[1:2] in (["web"], ["demo"], ["config"])))
    ):
        return "", ""
    if parts[:2] == ["linli", "core"] and parts[2] not in LOOKED_THROUGH:
        return parts[2], parts[2]  # an area of the core is recorded as a whole
    if parts[:2] == ["linli", "subsystems"]:
        return parts[2], ".".join(parts[2:4])
    return None


recorder = Recorder()
_execute, _executemany = CursorWrapper._execute, CursorWrapper._executemany  # type: ignore[attr-defined]


def _noting(run: Any) -> Any:
    def execute(self: CursorWrapper, sql: Any, *more: Any) -> Any:
        if recorder.package and isinstance(sql, str):
            recorder.note(sql)
        return run(self, sql, *more)

    return execute


CursorWrapper._execute = _noting(_execute)  # type: ignore[attr-defined]
CursorWrapper._executemany = _noting(_executemany)  # type: ignore[attr-defined]


def folder_of(code: str) -> Path:
    """Where the tests of a package lie."""
    return ROOT / "tests" / code if _is_of_core(code) else Path(apps.get_app_config(code).path) / "tests"


@cache
def _folders() -> Mapping[Path, str]:
    return {
        folder_of(one.code): one.code for one in (*described_areas(), *subsystems()) if one.code not in LOOKED_THROUGH
    }


def package_of(item: pytest.Item) -> str:
    """The package that a test belongs to, "" for those of nobody and those that are kept apart."""
    if any(item.get_closest_marker(name) for name in KEPT_APART):
        return ""
    return next((code for folder, code in _folders().items() if folder in item.path.parents), "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-data`."""
    parser.addoption("--write-data", action="store_true", help="write data.json of the packages whose tests ran whole")


class Comparison:
    """One run: how many tests each package has in it, how they went, what they touched."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.expected: Counter[str] = Counter()
        self.whole: set[str] = set()
        self.outcomes: dict[str, set[str]] = defaultdict(set)
        self.package_of_test: dict[str, str] = {}
        self.seen: dict[str, Seen] = defaultdict(_nothing)
        self.sentences: list[str] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Iterator[None]:
        """Counts the tests of each package before and after some are left out."""
        before = Counter(filter(None, map(package_of, items)))
        files = {item.path for item in items}
        yield
        for item in items:
            if code := package_of(item):
                self.package_of_test[item.nodeid] = code
        self.expected = Counter(self.package_of_test.values())
        in_part = any("::" in argument for argument in self.config.args)
        for folder, code in _folders().items():
            if not in_part and before[code] == self.expected[code] > 0 and set(folder.rglob("test_*.py")) <= files:
                self.whole.add(code)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Lets the recorder look while the body of a test runs."""
        recorder.package = package_of(item)
        try:
            yield
        finally:
            recorder.package = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes how a test went; with xdist this happens in the process that began the run, before it knows whose test it is."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid].add(report.outcome)

    def gather(self, told: Mapping[str, Any]) -> None:
        """Takes what another process of this run saw."""
        self.expected |= Counter(told["expected"])
        self.whole |= set(told["whole"])
        self.package_of_test |= told["package_of_test"]
        for code, modules in told["seen"].items():
            for module, kinds in modules.items():
                for kind, tables in kinds.items():
                    self.seen[code][module][kind] |= set(tables)

    def tell(self) -> dict[str, Any]:
        """What this process saw, in values that can be sent."""
        return {
            "expected": dict(self.expected), "whole": sorted(self.whole), "package_of_test": self.package_of_test,
            "seen": {code: as_written(seen) for code, seen in recorder.seen.items()},
        }  # fmt: skip

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A process of xdist has ended."""
        if told := getattr(node, "workeroutput", {}).get("data_used"):
            self.gather(json.loads(told))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compares, where all is known; a difference fails the run."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["data_used"] = json.dumps(self.tell())
            return
        self.gather(self.tell())
        if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            return
        for code in sorted(self.expected):
            outcomes = [self.outcomes[test] for test, whose in self.package_of_test.items() if whose == code]
            passed = code in self.whole and all(outcomes) and "failed" not in set().union(*outcomes)
            self._compare(code, as_written(self.seen[code]), whole=passed)
        if self.sentences and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _compare(self, code: str, seen: dict[str, dict[str, list[str]]], *, whole: bool) -> None:
        config = apps.get_app_config(code)
        file = Path(config.path) / FILE
        if whole and self.config.getoption("--write-data"):
            if seen:
                file.write_text(json.dumps(seen, indent=2) + "\n", encoding="utf-8")
            else:
                file.unlink(missing_ok=True)
            return
        if _is_of_core(code) and not file.exists():
            return  # an area of the core may do without: what its models point at is known anyhow
        for sentence in differences(recorded(config), seen, whole=whole):
            self.sentences.append(f"{file.relative_to(ROOT)}: {sentence}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what differs, and the command that mends it."""
        for sentence in self.sentences:
            terminalreporter.write_line(f"ERROR {sentence}")
        if self.sentences:
            folders = {str(folder_of(code).relative_to(ROOT)) for code in self.expected}
            terminalreporter.write_line(f"Written anew by: python -m pytest {' '.join(sorted(folders))} --write-data")


def as_written(seen: Seen) -> dict[str, dict[str, list[str]]]:
    """What was seen as it stands in a file: sorted, and what is created not named a second time as used."""
    return {
        module: {"creates": sorted(kinds["creates"]), "uses": sorted(set(kinds["uses"]) - set(kinds["creates"]))}
        for module, kinds in sorted(seen.items())
    }


def differences(
    file: Mapping[str, Mapping[str, list[str]]], seen: Mapping[str, Mapping[str, list[str]]], *, whole: bool
) -> list[str]:
    """What was seen and is not in the file, and after a whole run what is in the file and was not seen."""

    def cells(told: Mapping[str, Mapping[str, list[str]]]) -> set[tuple[str, str, str]]:
        return {
            (module, kind, table)
            for module, kinds in told.items()
            for kind, tables in kinds.items()
            for table in tables
        }

    lacking, stale = cells(seen) - cells(file), cells(file) - cells(seen) if whole else set()
    if not whole:  # a module that creates rows elsewhere in its tests may only read in these
        lacking -= {(module, "uses", table) for module, kind, table in cells(file) if kind == "creates"}
    return [f"{module} {kind} {table}, which does not stand there." for module, kind, table in sorted(lacking)] + [
        f"says that {module} {kind} {table}, which no test shows." for module, kind, table in sorted(stale)
    ]


def pytest_configure(config: pytest.Config) -> None:
    """Begins the comparison of this run."""
    config.pluginmanager.register(Comparison(config), "data-used-comparison")
