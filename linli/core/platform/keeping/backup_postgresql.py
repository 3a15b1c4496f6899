"""Runs pg_dump, pg_restore and psql for `backup.py`: one consistent dump, and one transaction that puts it back.

The programs are looked for on the PATH, then where Debian keeps them. The password goes through the environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from linli.core.platform.saying.refusals import Refusal


class ProgramTrouble(Refusal):
    """A program of PostgreSQL is missing or failed; the sentence holds its own words."""

    code = "backup_refused"


# What `load` takes away, each with its kind: triggers and views go with their tables.
_THERE = """
SELECT 'TABLE IF EXISTS public.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'
UNION ALL
SELECT 'FUNCTION IF EXISTS ' || oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'w')
AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
"""


def require_programs() -> None:
    """Raises ProgramTrouble unless pg_dump, pg_restore and psql are there."""
    for name in ("pg_dump", "pg_restore", "psql"):
        _program(name)


def dump(path: Path) -> None:
    """Writes a consistent dump of the configured database in pg_dump's custom format."""
    words = ["--format=custom", "--compress=3", "--no-owner", "--no-privileges", "--file", str(path)]
    _run([_program("pg_dump"), *words, *_target()])


def unpacked(path: Path) -> Path:
    """The statements of a dump, beside it. Raises ProgramTrouble for what is no dump or not a whole one."""
    script = path.with_suffix(".sql")
    _run([_program("pg_restore"), "--no-owner", "--no-privileges", "--file", str(script), str(path)])
    return script


def load(script: Path) -> None:
    """Replaces all tables and functions of the schema `public` by those of an unpacked dump, in one transaction: wholly or not at all.

    Functions of extensions stay: they are the server's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_THERE)
        there = [row[0] for row in cursor.fetchall()]
    connection.close()
    drop = script.with_name("drop.sql")
    drop.write_text("".join(f"DROP {one} CASCADE;\n" for one in there))
    psql = [_program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1"]
    _run([*psql, "--output", os.devnull, "--file", str(drop), "--file", str(script), *_target()])


def _program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    # Newest first: pg_dump must not be older than the server.
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version_of, reverse=True)
    if places:
        return str(places[0])
    raise ProgramTrouble(
        f"{name} was not found; install PostgreSQL's client programs (Debian: apt install postgresql-client) or put "
        "their folder on the PATH."
    )


def _version_of(path: Path) -> int:
    found = re.search(r"/postgresql/(\d+)", str(path))
    return int(found[1]) if found else 0


def _target() -> list[str]:
    settings = connection.settings_dict
    words = ["--dbname", str(settings["NAME"])]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if settings[key]:
            words += [option, str(settings[key])]
    return [*words, "--no-password"]


def _run(words: list[str]) -> None:
    environment = {**os.environ, "PGPASSWORD": str(connection.settings_dict["PASSWORD"]), "LC_ALL": "C"}
    ended = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)  # noqa: S603 - fixed programs
    if ended.returncode != 0:
        reason = ended.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise ProgramTrouble(f"{Path(words[0]).name} failed: {reason[0]}")
