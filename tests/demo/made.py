"""Cities that tests of the demo begin with: each is told once in a run and lies in a home of its own, which each test gets a copy of."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import pickle
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from PIL import Image

from linli.core.platform.public import StoredFile, forget_all, receive_photo
from linli.demo import seed
from linli.demo.city.photos import PhotoPlan
from linli.demo.seed import Made, make_city

PRESENT = datetime(2026, 11, 20, 2, 40, tzinfo=UTC)  # a Friday morning in the city
DATABASE, FACTS = "linli.sqlite3", "made.pickle"


@dataclass
class MadeCity:
    """A copy of a made city, which is the database and the home while its test runs."""

    home: Path
    made: Made
    drawings: dict[int, str] = field(default_factory=dict)  # the drawing behind each stored file


def made_city(home: Path, *, cases: int = 84, photos: int = 20, present: datetime = PRESENT) -> MadeCity:
    """Tells a city into the database and the home that are set up now."""
    forget_all()
    drawings: dict[int, str] = {}

    def received(content: bytes, name: str) -> StoredFile:
        stored = receive_photo(content, name)
        drawings[stored.id] = name
        return stored

    # In the language of the city, whatever a test before has left: categories are filed in the language of who files.
    with pytest.MonkeyPatch.context() as patched, translation.override(settings.LANGUAGE_CODE):
        patched.setattr(seed, "receive_photo", received)
        # What pictures look like is tried where they are drawn; here only which one is shown counts.
        patched.setattr(seed, "draw_photo", plain_picture)
        return MadeCity(home, make_city(1, present, cases=cases, photos=photos, drawers=0), drawings)


def plain_picture(plan: PhotoPlan) -> bytes:
    """A picture of one colour and a few dots that no other plan has."""
    mark = hashlib.sha256(plan.name.encode()).digest()
    made, picture = io.BytesIO(), Image.frombytes("RGB", (5, 2), mark[:30]).resize((960, 720))
    picture.save(made, "JPEG")
    return made.getvalue()


def kept_city(folder: Path) -> Path:
    """The home of the city that all may begin with. The first process of the run that asks makes it; others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    kept, making = folder / "city", folder / "making"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            _copy_database(Path(connection.settings_dict["NAME"]), making / DATABASE)
            # What tests before have used up of the ids; the id of an account goes into the ids of what it reports.
            with closing(sqlite3.connect(making / DATABASE)) as fresh, fresh:
                fresh.execute("DELETE FROM sqlite_sequence")
            with at_home(making):
                city = made_city(making)
            (making / FACTS).write_bytes(pickle.dumps((city.made, city.drawings)))
            making.rename(kept)
    return kept


def copy_of(kept: Path, home: Path) -> MadeCity:
    """A copy in which a test may do what it likes. Stored files are never written to, so they are linked."""
    shutil.copytree(kept, home, ignore=shutil.ignore_patterns("files", DATABASE + "*"))
    shutil.copytree(kept / "files", home / "files", copy_function=os.link)
    _copy_database(kept / DATABASE, home / DATABASE)
    made, drawings = pickle.loads((home / FACTS).read_bytes())
    return MadeCity(home, made, drawings)


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """Makes a home and the database in it those of this process. Not inside a transaction: the connection begins anew."""
    with pytest.MonkeyPatch.context() as patched:
        connection.close()
        patched.setattr(settings, "LINLI_HOME", home)
        patched.setitem(connection.settings_dict, "NAME", str(home / DATABASE))
        forget_all()
        with connection.cursor() as cursor:
            cursor.execute(
                "PRAGMA synchronous=OFF"
            )  # what is half written when the power goes is thrown away with the run
        try:
            yield
        finally:
            connection.close()
            forget_all()


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
