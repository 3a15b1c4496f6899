"""What a web process loads at its start: libraries of tens of megabytes wait for who needs them."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "pyproj",
    "pypinyin",
    "PIL",
    "numba",
    "scipy",
    "osmium",
    "pillow_heif",
    "ortools",
    "typst",
    "xlsxwriter",
    "pyogrio",
    "click",
}


def test_a_web_process_begins_without_the_heavy_libraries() -> None:
    program = "import sys; from linli.config.wsgi import application; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    loaded = set(done.stdout.split())
    assert "numpy" in loaded  # the grids' index
    assert loaded & HEAVY == set()
