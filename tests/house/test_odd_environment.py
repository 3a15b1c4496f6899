"""The suite does not lean on the machine of who wrote it: a handful of tests of processes, files, texts and clocks in a hostile one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Tests that start processes, write files, read the clock or speak to somebody; each depends on one of the settings below.
TRIED = (
    "tests/lib/test_apart.py", "tests/house/test_clock.py", "tests/web/test_compression.py",
    "tests/house/test_command_language.py::test_a_reader_without_a_locale_is_chinese",
    "tests/house/test_command_language.py::test_chinese_lines_end_where_the_terminal_does",
    "tests/house/test_command_language.py::test_help_without_translation_is_refused",
    "tests/platform/test_versions.py", "linli/subsystems/division/tests/test_landing.py::test_a_stop_between_two_files_waits_until_all_are_there",
)  # fmt: skip
SEEN = """
import locale, os, tempfile
from pathlib import Path
from urllib.request import getproxies


def test_it_is_odd_here(tmp_path):
    os.umask(mask := os.umask(0o077))
    assert mask == 0o077
    assert locale.getlocale(locale.LC_CTYPE)[0] is None
    # As the process began; the settings have put the city's own zone there since.
    begun = Path("/proc/self/environ").read_bytes().split(bytes(1))
    assert b"TZ=America/St_Johns" in begun and os.environ["TZ"] == "Asia/Shanghai"
    assert getproxies()["https"] == "http://127.0.0.1:9"
    assert "临时 文件夹" in tempfile.gettempdir() and "临时 文件夹" in str(tmp_path)
"""


def odd(folder: Path) -> dict[str, str]:
    """An environment without a language, in a zone of half hours, behind a proxy that is down, with a folder that needs quoting."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LINLI_", "DJANGO_", "LC_", "LANG", "PYTEST_"))
    }
    down = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    return kept | down | {"LC_ALL": "C", "TZ": "America/St_Johns", "TMPDIR": str(folder)}


def as_a_background_job_of_somebody_careful() -> None:
    """In the child, before it becomes pytest."""
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.slow
def test_the_suite_runs_in_an_odd_environment(tmp_path: Path) -> None:
    folder = tmp_path / "临时 文件夹"
    folder.mkdir()
    seen = tmp_path / "test_seen.py"
    seen.write_text(SEEN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c", "pyproject.toml", *TRIED, str(seen)],
        env=odd(folder), cwd=ROOT, preexec_fn=as_a_background_job_of_somebody_careful, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    told = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, told[-4000:] + done.stderr.decode("utf-8", "replace")[-1000:]
    assert int(re.findall(r"(\d+) passed", told)[-1]) > len(TRIED)
