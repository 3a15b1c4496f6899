"""Makes the demo city in a folder of its own, in a process of its own: settings are read once per process, and the server that
starts afterwards must read others. `run.py` next door starts it and renames the folder when it is done.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from linli.lib.refusal import Sentence


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: seed, the instant that is the city's present (aware), how much."""

    seed: int
    present: datetime
    cases: int
    photos: int


def make_in_child(start_django: Callable[[], None], folder: Path, order: Order, told: Connection) -> None:
    """Makes everything below `folder`; sends lines to show through `told`. The process ends with an exception if it cannot."""
    os.environ["LINLI_MODE"] = "demo"
    os.environ["LINLI_HOME"] = str(folder)
    os.environ["LINLI_DATABASE_URL"] = f"sqlite:///{folder}/linli.sqlite3"
    start_django()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from linli.demo.city.basemap import write_basemap
    from linli.demo.ground_file import write_ground
    from linli.demo.seed import make_city

    # Thirteen weeks go by here; the weekly jobs that start a process beside this one would only look at a half-made city.
    settings.LINLI_COMMAND = ()
    with connection.cursor() as cursor:
        # A city that is half made when the power goes is thrown away; syncing every write would only cost time.
        cursor.execute("PRAGMA synchronous=OFF")
    told.send(Sentence("  Tables …", {}))
    call_command("migrate", verbosity=0, interactive=False)
    made = make_city(order.seed, order.present, cases=order.cases, photos=order.photos, say=told.send)
    told.send(Sentence("  Base map …", {}))
    write_basemap(made.city, folder / "basemap.pmtiles")
    write_ground(made.city, folder / "ground.gpkg")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA optimize")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
