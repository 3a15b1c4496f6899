"""Makes a checkout ready to run: environment, packages, front end, compiled messages. `make setup` runs it.

It runs on the machine's own Python before anything is installed, so it uses the standard library only. What is up to
date (by the digest of what it is made from) is skipped, and time spent on fetching is counted apart from work.
`tools/setup.py --then COMMAND …` starts the command afterwards and tells it both times in LINLI_SETUP_DOWNLOAD_S and
LINLI_SETUP_WORK_S, so that `linli demo` can print them beside its own.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "linli-stamps.json"
FRONT = ROOT / "frontend"
DIST = ROOT / "linli" / "web" / "static" / "dist"
PACKAGE = ROOT / "linli"

# What uv says about fetching, such as "Prepared 110 packages in 12.30s", "in 1m 02s" or "in 350ms".
PREPARED = re.compile(r"^Prepared .* in (?:(\d+)m )?(?:(\d+(?:\.\d+)?)s|(\d+)ms)$", re.MULTILINE)


class SetupError(Exception):
    """A step that cannot be done; the text says what to do."""


class Times:
    """Seconds spent on fetching packages and on everything else."""

    def __init__(self) -> None:
        self.download_s = 0.0
        self.work_s = 0.0

    @contextmanager
    def step(self, title: str, *, download: bool = False) -> Iterator[None]:
        """Times one step and prints its title before it starts."""
        print(f"  {title} …", flush=True)
        start = time.monotonic()
        try:
            yield
        finally:
            spent_s = time.monotonic() - start
            if download:
                self.download_s += spent_s
            else:
                self.work_s += spent_s


def digest(paths: Iterable[Path]) -> str:
    """A digest of names and contents, independent of the order given."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(str(path.relative_to(ROOT)).encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def front_sources() -> list[Path]:
    """Every file that the built front end is made from."""
    found: list[Path] = []
    for folder, folders, files in os.walk(FRONT):
        folders[:] = [name for name in folders if name not in ("node_modules", "dist", ".vite")]
        found += [Path(folder) / name for name in files]
    return found


def run(*command: str | Path, cwd: Path = ROOT, capture: bool = False) -> str:
    """Runs a command with the environment's programs first on PATH. Raises SetupError when it fails."""
    env = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    env.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        check=False,
        text=True,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
    )
    if done.returncode != 0:
        if capture:
            print(done.stdout, flush=True)
        raise SetupError(
            f"`{' '.join(str(part) for part in command)}` failed with {done.returncode}; its message is above."
        )
    return done.stdout or ""


def fetched_s(output: str) -> float:
    """The seconds that uv says it spent on fetching and unpacking; 0 when everything was there."""
    return sum(
        float(minutes or 0) * 60 + float(seconds or 0) + float(milliseconds or 0) / 1000
        for minutes, seconds, milliseconds in PREPARED.findall(output)
    )


def make_environment(times: Times) -> None:
    """The virtual environment with uv in it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs on whatever Python the machine has
        raise SetupError(
            f"Python {sys.version.split()[0]} is too old; linli needs 3.11. Try `make setup PYTHON=python3.11`."
        )
    if not PYTHON.exists():
        with times.step("Make the environment .venv"):
            run(sys.executable, "-m", "venv", VENV)
    if not (VENV / "bin" / "uv").exists():
        with times.step("Fetch uv", download=True):
            run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.9")


def install_packages(times: Times) -> None:
    """Exactly the packages of uv.lock, with all extras. Packages of other groups that somebody added (bench) stay."""
    with times.step("Fetch and install packages"):
        output = run(VENV / "bin" / "uv", "sync", "--frozen", "--inexact", "--all-extras", capture=True)
    times.download_s += fetched_s(output)
    times.work_s -= fetched_s(output)


def install_front_packages(times: Times) -> None:
    """The front end's packages of package-lock.json."""
    with times.step("Fetch the front end's packages", download=True):
        run(VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONT)


def build_front(times: Times) -> None:
    """The front end into linli/web/static/dist."""
    with times.step("Build the front end"):
        run(VENV / "bin" / "npm", "run", "--silent", "build", cwd=FRONT)
    if not DIST.is_dir() or not any(DIST.iterdir()):
        raise SetupError(f"The front end's build left nothing in {DIST.relative_to(ROOT)}.")


def compile_messages(times: Times) -> None:
    """The .mo files beside the .po files."""
    with times.step("Compile messages"):
        run(PYTHON, "-m", "tools.messages", "compile")


def set_up(times: Times, only_front: bool = False) -> None:
    """Does every step whose sources changed since it was done last."""
    make_environment(times)
    stamps: dict[str, str] = json.loads(STAMPS.read_text()) if STAMPS.exists() else {}

    def step(name: str, sources: Iterable[Path], done: bool, work: Callable[[Times], None]) -> None:
        mark = digest(sources)
        if done and stamps.get(name) == mark:
            return
        work(times)
        stamps[name] = mark
        STAMPS.write_text(json.dumps(stamps, indent=1))

    step("packages", [ROOT / "uv.lock", ROOT / "pyproject.toml"], (VENV / "bin" / "linli").exists(), install_packages)
    locks = [FRONT / "package.json", FRONT / "package-lock.json"]
    step("front packages", locks, (FRONT / "node_modules").is_dir(), install_front_packages)
    step("front", front_sources(), DIST.is_dir() and any(DIST.iterdir()), build_front)
    if not only_front:
        catalogues = sorted(PACKAGE.rglob("*.po"))
        compiled = all(path.with_suffix(".mo").exists() for path in catalogues)
        step("messages", catalogues, compiled, compile_messages)


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--front", action="store_true", help="stop after the front end")
    parser.add_argument("--then", nargs=argparse.REMAINDER, help="a command to start afterwards")
    options = parser.parse_args(arguments)
    times = Times()
    start = time.monotonic()
    # Two terminals may call this at once; the second one waits and then finds everything done.
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            set_up(times, only_front=options.front)
        except SetupError as error:
            print(f"Set-up stopped: {error}", file=sys.stderr)
            return 1
    total_s = time.monotonic() - start
    if times.download_s or times.work_s > 0.01:
        work_s = total_s - times.download_s
        print(f"Set up in {total_s:.1f} s: download {times.download_s:.1f} s, own work {work_s:.1f} s.")
    if options.then:
        os.environ["LINLI_SETUP_DOWNLOAD_S"] = f"{times.download_s:.1f}"
        os.environ["LINLI_SETUP_WORK_S"] = f"{total_s - times.download_s:.1f}"
        sys.stdout.flush()
        os.execvp(options.then[0], options.then)  # noqa: S606 - the Makefile names the command
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
