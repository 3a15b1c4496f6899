"""The command line of the pictures, and the list of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.division_pictures import changing, dividing, supplying

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PICTURES: dict[str, Callable[[], str]] = {
    "division-ground.svg": dividing.ground_picture,
    "division-clusters.svg": dividing.cluster_picture,
    "division-grids.svg": dividing.grids_picture,
    "division-prices.svg": changing.price_picture,
    "division-adjusted.svg": changing.adjust_picture,
    "division-supply.svg": supplying.supply_picture,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Draws all pictures into a folder."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.division_pictures", description="Draws the pictures of docs/division.md anew."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where to write (default: docs/pictures)")
    folder: Path = parser.parse_args(arguments).folder
    for name, draw in PICTURES.items():
        (folder / name).write_text(draw(), encoding="utf-8")
        print(f"{folder / name}: {(folder / name).stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
