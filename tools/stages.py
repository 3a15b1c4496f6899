"""Runs named stages one after the other, with the time of each and a table at the end: `python -m tools.stages test`.

A failing stage does not stop the others; the exit code is 1 when any failed. Output goes through as it comes, so
pytest's own closing line stands in it, and the table repeats it, with which tests failed. The stages are the two tables below. Those that keep
one core busy run two at a time, and each prints when it ends.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
AIM_S = 15 * 60

PY = (sys.executable,)
MODULE = (sys.executable, "-m")
BESIDE_POSTGRES = (*MODULE, "tools.postgres", "--")
PYTEST = (*MODULE, "pytest")
BOTH_CORES = ("-n", "2", "--dist", "worksteal")
APART = ("--ignore=tests/browser", "--ignore=tests/api_fuzz", "-p", "no:schemathesis")  # stages of their own
# The demo city lives on the embedded database. What asks none is left out by conftest.py; tests/house/test_left_out.py counts.
NOT_BESIDE_POSTGRES = ("--ignore=tests/demo",)

STAGES: dict[str, tuple[str, ...]] = {
    "debian packages": (*MODULE, "tools.debian"),
    # Once, and beside the checks: else each of two processes of tests compiles them for itself.
    "compiled loops": (*MODULE, "tools.compiled_loops"),
    "ruff": (*MODULE, "ruff", "check", "."),
    "format": (*MODULE, "ruff", "format", "--check", "--quiet", "."),
    "mypy": (*MODULE, "mypy", "linli", "tools"),
    "imports": (str(Path(sys.executable).with_name("lint-imports")), "--no-logo"),
    "models": (*MODULE, "tools.models_check"),
    "messages": (*MODULE, "tools.messages", "check"),
    "docs": (*MODULE, "tools.docs_check"),
    "files": (*MODULE, "tools.files_check"),
    "front end": (str(Path(sys.executable).with_name("npm")), "--prefix", "frontend", "run", "--silent", "check"),
    "tests, quick": (*PYTEST, *BOTH_CORES, *APART, "-m", "not (browser or soak or slow or postgres)"),
    "tests, SQLite": (*PYTEST, *BOTH_CORES, *APART, "-m", "not (browser or soak or postgres)", "--durations=10"),
    "tests, PostgreSQL": (
        *(*BESIDE_POSTGRES, *PYTEST, *BOTH_CORES, *APART, *NOT_BESIDE_POSTGRES),
        *("-m", "not (browser or soak)", "--durations=10"),
    ),
    "tests, browser": (
        *PYTEST,
        *BOTH_CORES,
        "tests",
        "--ignore=tests/api_fuzz",
        "-p",
        "no:schemathesis",
        "-m",
        "browser and not soak",
        "--durations=5",
        # Once more, in sight: the table counts reruns, `-rR` names them. What fails twice fails.
        *("--reruns", "1", "-rR"),
    ),
    "API, fuzzed": (*PYTEST, "tests/api_fuzz", "-m", "not soak"),
    "soak, SQLite": (*PYTEST, *BOTH_CORES, *APART, "-m", "soak and not postgres"),
    "soak, PostgreSQL": (*BESIDE_POSTGRES, *PYTEST, *BOTH_CORES, *APART, *NOT_BESIDE_POSTGRES, "-m", "soak"),
    "soak, API": (*PYTEST, "tests/api_fuzz"),  # the same tests with a thousand examples each (LINLI_SOAK)
}
CHECKS = ("ruff", "format", "mypy", "imports", "models", "messages", "docs", "files", "front end")
ONE_CORE = frozenset({"compiled loops", *CHECKS, "API, fuzzed"})
SETS: dict[str, tuple[str, ...]] = {
    "check": CHECKS,
    "test-fast": ("tests, quick",),
    "test": (
        "debian packages",
        "compiled loops",
        *CHECKS,
        "API, fuzzed",
        "tests, SQLite",
        "tests, PostgreSQL",
        "tests, browser",
    ),
    "soak": ("debian packages", "soak, SQLite", "soak, PostgreSQL", "soak, API"),
}

CLOSING_LINE = re.compile(
    r"^=+ (?P<words>.*\b(?:passed|failed|errors?|skipped|deselected|no tests ran)\b.* in [\d.]+s.*?) =+$"
)
FAILED_LINE = re.compile(r"^(?:FAILED|ERROR|FUZZED) \S")
MOST_FAILED = 40  # of one stage, told once more below the table

running: set[subprocess.Popen[str]] = set()


@dataclass(frozen=True)
class Outcome:
    """How one stage went."""

    name: str
    code: int
    seconds: float
    closing: str  # pytest's closing words, empty for other programs
    failed: tuple[str, ...] = ()  # pytest's lines about which tests failed


def run_stage(name: str, env: dict[str, str], *, at_once: bool) -> Outcome:
    """Runs one stage, passing its output on line by line, or whole when it has ended."""
    begun = f"\n──── {name} ────"
    lines = []
    if at_once:
        print(begun, flush=True)
    start, closing, failed = time.monotonic(), "", list[str]()
    with subprocess.Popen(
        list(STAGES[name]),
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as program:
        assert program.stdout is not None  # noqa: S101 - asked for with PIPE
        running.add(program)
        try:
            for line in program.stdout:
                if at_once:
                    sys.stdout.write(line)
                    sys.stdout.flush()
                else:
                    lines.append(line)
                found = CLOSING_LINE.match(line.rstrip())
                if found:
                    closing = found["words"]
                if FAILED_LINE.match(line):
                    failed.append(line.rstrip())
            code = program.wait()
        except BaseException:
            program.terminate()  # a stage with a database of its own stops it then
            raise
        finally:
            running.discard(program)
    outcome = Outcome(name, code, time.monotonic() - start, closing, tuple(failed[:MOST_FAILED]))
    ended = f"──── {name}: {'passed' if code == 0 else f'FAILED ({code})'} in {outcome.seconds:.1f} s"
    print(ended if at_once else f"{begun}\n{''.join(lines)}{ended}", flush=True)
    return outcome


def run_stages(names: Iterable[str], env: dict[str, str]) -> list[Outcome]:
    """Runs stages in their order; neighbours that keep one core busy run two at a time."""
    outcomes: list[Outcome] = []
    for together, group in groupby(names, key=ONE_CORE.__contains__):
        if together:
            with ThreadPoolExecutor(2) as pool:
                try:
                    outcomes += pool.map(lambda name: run_stage(name, env, at_once=False), group)
                except KeyboardInterrupt:
                    pool.shutdown(wait=False, cancel_futures=True)
                    for program in list(running):
                        program.terminate()
                    raise
        else:
            outcomes += [run_stage(name, env, at_once=True) for name in group]
    return outcomes


def stage_environment(home: Path, soak: bool) -> dict[str, str]:
    """The environment of every stage: test mode, a home of its own, and no setting of the caller's deployment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    env |= {
        "LINLI_MODE": "test",
        "LINLI_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
    }
    if soak:
        env["LINLI_SOAK"] = "1"
    return env


def stop_on_signal(_number: int, _frame: FrameType | None) -> NoReturn:
    """Treats SIGTERM, by which continuous integration stops a run, like Ctrl-C; and Ctrl-C where it was ignored."""
    raise KeyboardInterrupt


def table(outcomes: Sequence[Outcome]) -> str:
    """The closing table, and below it which tests failed."""
    width = max(len(outcome.name) for outcome in outcomes)
    lines = []
    for outcome in outcomes:
        verdict = "passed" if outcome.code == 0 else "FAILED"
        lines.append(f"  {outcome.name:<{width}}  {outcome.seconds:7.1f} s  {verdict}  {outcome.closing}".rstrip())
    lines += [f"\n  {outcome.name}:\n" + "\n".join(outcome.failed) for outcome in outcomes if outcome.failed]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    everything = [*SETS, *STAGES]
    parser.add_argument("names", nargs="+", choices=everything, metavar="NAME", help=f"of: {', '.join(everything)}")
    names = parser.parse_args(arguments).names
    chosen = [stage for name in names for stage in SETS.get(name, (name,))]
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="linli-stages-", ignore_cleanup_errors=True) as home:
        env = stage_environment(Path(home), soak=any(name.startswith("soak") for name in names))
        try:
            outcomes = run_stages(chosen, env)
        except KeyboardInterrupt:
            print("\nStopped.")
            return 130
    total_s = time.monotonic() - start
    failed = [outcome.name for outcome in outcomes if outcome.code != 0]
    print(f"\n{table(outcomes)}\n")
    verdict = f"{len(failed)} of {len(outcomes)} failed: {', '.join(failed)}" if failed else f"{len(outcomes)} passed"
    print(f"Stages: {verdict}; {total_s:.0f} s in all.")
    if "test" in names and total_s > AIM_S:
        print(f"That is over the aim of {AIM_S // 60} minutes.")
    return 1 if failed else 0


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, stop_on_signal)
    sys.exit(main(sys.argv[1:]))
