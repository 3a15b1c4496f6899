"""`make bench`: every benchmark in turn; `python -m bench NAME` runs one of NAMES."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    "location",
    "reference_city",
    "web",
    "lists",
    "inbox",
    "forms",
    "exchange",
    "search",
    "tiles",
    "imports",
    "ledgers",
    "division",
    "division_optimum",
    "division_crossings",
    "division_changes",
)


def main(chosen: list[str]) -> None:
    """Runs each benchmark in a process of its own, since each begins with an empty memory."""
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        sys.exit(f"No benchmark is called {unknown[0]}; there are {', '.join(NAMES)}.")
    for name in chosen or NAMES:
        print(f"\n──── {name} ────", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
