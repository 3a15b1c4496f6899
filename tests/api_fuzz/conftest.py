"""Says of each operation that failed which request it was, in one line at the end, and by which seed the same requests come again."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import core

SHOWN_CHARS = 700
FAILED = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Chooses a seed where none was asked for, so that one can be named."""
    config.stash[FAILED] = {}
    if core.global_force_seed is None:
        core.global_force_seed = random.SystemRandom().randrange(2**32)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keeps the request that hypothesis ended with, the smallest that still fails."""
    report = yield
    if report.when == "call" and report.failed:  # type: ignore[attr-defined]
        said = " ".join(dict(item.user_properties).get("request", "the request did not get so far").split())
        item.config.stash[FAILED][item.nodeid] = said[:SHOWN_CHARS]
    return report  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The lines that `tools.stages` repeats below its table."""
    for name, said in terminalreporter.config.stash[FAILED].items():
        terminalreporter.write_line(f"FUZZED {name}: {said}")
    if terminalreporter.config.stash[FAILED]:
        terminalreporter.write_line(
            f"FUZZED again by: python -m pytest tests/api_fuzz -m 'not soak' --hypothesis-seed={core.global_force_seed}"
        )
