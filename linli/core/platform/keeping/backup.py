"""`linli backup` and `linli restore`: the database and the files of a deployment in one tar, with a manifest.

The database goes in as its own tool copies it (SQLite's backup API, pg_dump): consistent while the server runs. Files
are copied after it; they never change and are written before the rows that point at them, so none is missing. What is
not whole any more is left out and named, by the backup and by the restore; one rotten photo keeps nothing else from
coming back. Keys are not in it: LINLI_FIELD_KEYS and LINLI_SECRET_KEY are kept apart. `backup_postgresql.py` runs
PostgreSQL's programs, `wholeness.py` holds files against rows, `rehearsal.py` tries whether a backup comes back.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils.translation import gettext as _

import linli
from linli.core.platform.keeping import backup_postgresql
from linli.core.platform.keeping.audit.verify import Finding, verify
from linli.core.platform.keeping.storage import TREES, Storage, Tree, storage
from linli.core.platform.keeping.wholeness import FileTrouble, digest_of, mended, rows_without_files
from linli.core.platform.models import AuditRecord
from linli.core.platform.saying.refusals import Refusal
from linli.core.platform.sealing.crypto import field_key_ids
from linli.core.platform.writing import clock
from linli.core.platform.writing.versions import forget_all
from linli.core.platform.writing.work import SYSTEM, write

FORMAT = 2
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024
_LARGEST_FILE = 64 * _CHUNK  # three times what is received, so that no invented member fills the memory
_LARGEST_MANIFEST = 512 * _CHUNK
_DATABASE_MEMBERS = {"sqlite": "database.sqlite3.gz", "postgresql": "database.dump"}
_FILE_MEMBER = re.compile(r"files/(received|derived)/([0-9a-f]{64})")


class BackupRefused(Refusal):
    """A backup that is not made or restored; the sentence says what is wrong and what to do. Nothing is changed."""

    code = "backup_refused"


@dataclass(frozen=True)
class BackupReport:
    """What was written: the tar's size, how many files of residents and staff it holds, and what was not whole."""

    path: Path
    size_bytes: int
    files: int
    troubles: list[FileTrouble]


@dataclass(frozen=True)
class RestoreReport:
    """What was restored, which files were not whole, and what `audit verify` found afterwards (empty: all fits)."""

    made_at: str
    version: str
    files: int
    troubles: list[FileTrouble]
    findings: list[Finding]


def make_backup(target: Path) -> BackupReport:
    """Writes a backup of the whole deployment to `target` (readable by the owner only) and reads it back.

    May run while people work. A file that is not whole is left out and named; copies of photos are drawn anew, so the
    next backup has them. Raises BackupRefused when `target` exists, a program is missing, or what was written cannot be
    read back. Written beside and renamed, so a backup that was cut off never looks like one.
    """
    if target.exists():
        raise BackupRefused(_("%s exists already; give another name or remove it.") % target)
    if not target.parent.is_dir():
        raise BackupRefused(_("The folder %s does not exist; make it or give another place.") % target.parent)
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".linli-backup-") as folder:
            database = Path(folder) / _DATABASE_MEMBERS[connection.vendor]
            _dump_database(database)
            files, rotten = _write_tar(part, database)
        _read_back(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    troubles = _once(mended(rotten) + rows_without_files())
    size_bytes = target.stat().st_size
    with write(SYSTEM) as work:
        content = {"files": files, "size_bytes": size_bytes, "not_whole": sum(not one.mended for one in troubles)}
        work.audit("platform", "backup.make", "backup", target.name, content)
    return BackupReport(target, size_bytes, files, troubles)


def restore_backup(source: Path, *, force: bool = False) -> RestoreReport:
    """Puts a backup back: looks at all of it first, then files, then the database in one step.

    A file in it that is not whole is left out and named; copies of photos are drawn anew out of what was received.
    Raises BackupRefused, with nothing changed, for a backup that is foreign or cut off, one whose database is damaged or
    of another kind, missing field keys, and a database in use; `force` overrides the last two. Stop server and workers
    before. Restoring twice gives the same state. A backup of an older version needs `linli migrate` afterwards.
    """
    try:
        with tarfile.open(source, "r:") as tar, tempfile.TemporaryDirectory(prefix="linli-restore-") as folder:
            manifest = _manifest_of(tar)
            _refuse_unfit(manifest, force)
            _refuse_strange(tar, manifest)
            database = _unpacked_database(tar, manifest, Path(folder))
            files, troubles = _restore_files(tar, manifest, storage())
            _load_database(database)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise _no_backup(source, error) from None
    except FileNotFoundError:
        raise BackupRefused(_("%s does not exist; check the name.") % source) from None
    forget_all()
    troubles = _once(mended(troubles) + rows_without_files())
    findings = list(verify())
    with write(SYSTEM) as work:
        content = {"made_at": manifest["made_at"], "findings": len(findings), "not_whole": len(troubles)}
        work.audit("platform", "backup.restore", "backup", source.name, content)
    return RestoreReport(manifest["made_at"], manifest["version"], files, troubles, findings)


def _once(troubles: list[FileTrouble]) -> list[FileTrouble]:
    """Each content once: what was damaged and left out is then missing, too."""
    return list({(one.tree, one.sha256): one for one in reversed(troubles)}.values())[::-1]


def _no_backup(source: Path, error: Exception) -> BackupRefused:
    return BackupRefused(
        _("%(file)s is no backup of linli, is cut off or is damaged (%(error)s); take another copy.")
        % {"file": source, "error": error}
    )


def _dump_database(path: Path) -> None:
    if connection.vendor == "postgresql":
        backup_postgresql.dump(path)
        return
    connection.ensure_connection()
    plain = path.with_suffix("")
    copy = sqlite3.connect(plain)
    try:
        connection.connection.backup(copy)
    finally:
        copy.close()
    with plain.open("rb") as reader, gzip.open(path, "wb", compresslevel=3) as writer:
        shutil.copyfileobj(reader, writer, _CHUNK)
    plain.unlink()


def _write_tar(part: Path, database: Path) -> tuple[int, list[FileTrouble]]:
    """Writes every member and behind them the manifest, without which nothing counts as a backup.

    Gives how many files went in, and those that are not what their name says.
    """
    place = storage()
    members: dict[str, dict[str, Any]] = {}
    rotten: list[FileTrouble] = []
    part.touch(mode=0o600)
    part.chmod(0o600)
    with tarfile.open(part, "w:", format=tarfile.PAX_FORMAT) as tar:
        members[database.name] = {"sha256": digest_of(database.open("rb")), "size": database.stat().st_size}
        with database.open("rb") as content:
            _add(tar, database.name, members[database.name]["size"], content)
        for tree in TREES:
            for sha256 in sorted(place.contents(tree)):
                with place.open(tree, sha256) as file:
                    held = file.read()
                if hashlib.sha256(held).hexdigest() != sha256:
                    rotten.append(FileTrouble("damaged", tree, sha256))
                    continue
                members[f"files/{tree}/{sha256}"] = {"sha256": sha256, "size": len(held)}
                _add(tar, f"files/{tree}/{sha256}", len(held), io.BytesIO(held))
        manifest = {
            "format": FORMAT,
            "program": "linli",
            "version": linli.__version__,
            "made_at": clock.now().isoformat(),
            "database": connection.vendor,
            "field_keys": field_key_ids(),
            "members": members,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        _add(tar, MANIFEST, len(text), io.BytesIO(text))
    with part.open("rb") as written:
        os.fsync(written.fileno())
    return len(members) - 1, rotten


def _read_back(part: Path) -> None:
    """Raises BackupRefused when what stands on the disk now is not what was to be written, or holds no sound database."""
    try:
        with (
            tarfile.open(part, "r:") as tar,
            tempfile.TemporaryDirectory(dir=part.parent, prefix=".linli-backup-") as folder,
        ):
            manifest = _manifest_of(tar)
            _refuse_strange(tar, manifest)
            for entry in _file_entries(tar):
                if digest_of(_member(tar, entry)) != manifest["members"][entry.name]["sha256"]:
                    raise BackupRefused(
                        _("%r cannot be read back from the backup; write it to another disk.") % entry.name
                    )
            _unpacked_database(tar, manifest, Path(folder))
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise _no_backup(part, error) from None


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, content)


def _manifest_of(tar: tarfile.TarFile) -> dict[str, Any]:
    entry = next((one for one in tar.getmembers() if one.name == MANIFEST), None)
    if entry is None or entry.size > _LARGEST_MANIFEST:
        raise BackupRefused(_("The file holds no manifest, so it is no backup of linli, or it was cut off."))
    try:
        manifest = json.loads(_member(tar, entry).read())
        if manifest["program"] != "linli" or not isinstance(manifest["members"], dict):
            raise ValueError("program")
        if not all(isinstance(facts["sha256"], str) for facts in manifest["members"].values()):
            raise ValueError("members")
        _needed = manifest["made_at"], manifest["version"], manifest["database"], list(manifest["field_keys"])
    except (ValueError, KeyError, TypeError):
        raise BackupRefused(_("The manifest cannot be read; take another copy of the backup.")) from None
    if manifest["format"] != FORMAT:
        raise BackupRefused(
            _("The backup has format %(its)s; this version reads %(ours)s. Restore it with the version that made it.")
            % {"its": manifest["format"], "ours": FORMAT}
        )
    return dict(manifest)


def _refuse_unfit(manifest: dict[str, Any], force: bool) -> None:
    if manifest["database"] != connection.vendor:
        raise BackupRefused(
            _("The backup holds a %(its)s database, but LINLI_DATABASE_URL names %(ours)s; set it to the same kind.")
            % {"its": manifest["database"], "ours": connection.vendor}
        )
    missing = [key_id for key_id in manifest["field_keys"] if key_id not in field_key_ids()]
    if missing and not force:
        raise BackupRefused(
            _(
                "LINLI_FIELD_KEYS lacks %s, with which values in the backup are sealed; add it, or use --force and lose "
                "those values."
            )
            % ", ".join(missing)
        )
    if connection.vendor == "postgresql":
        backup_postgresql.require_programs()
    if _in_use() and not force:
        raise BackupRefused(
            _("The database holds records already; restore into an empty one, or use --force to replace it.")
        )


def _in_use() -> bool:
    """Whether somebody worked with this database: it has accounts or audit records. Absent tables count as empty."""
    tables = set(connection.introspection.table_names())
    return any(
        model._meta.db_table in tables and model._default_manager.exists() for model in (AuditRecord, get_user_model())
    )


def _refuse_strange(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Nothing but the database, files by their digest and the manifest, each once; none is unpacked by its own name."""
    known, seen = {*manifest["members"], MANIFEST}, set()
    database = _DATABASE_MEMBERS[connection.vendor]
    for entry in tar.getmembers():
        fits = entry.name in (database, MANIFEST) or _FILE_MEMBER.fullmatch(entry.name)
        if entry.name in seen or entry.name not in known or not entry.isreg() or not fits:
            raise BackupRefused(
                _("The backup holds %r, which does not belong into it; take another copy.") % entry.name
            )
        seen.add(entry.name)
    if database not in seen:
        raise BackupRefused(_("The backup holds no database; take another copy."))


def _unpacked_database(tar: tarfile.TarFile, manifest: dict[str, Any], folder: Path) -> Path:
    """The database as its own tool reads it, tried; raises BackupRefused when it is not whole."""
    member = tar.getmember(_DATABASE_MEMBERS[connection.vendor])
    copy = folder / "database"
    with copy.open("wb") as writer:
        shutil.copyfileobj(_member(tar, member), writer, _CHUNK)
    if digest_of(copy.open("rb")) != manifest["members"][member.name]["sha256"]:
        raise BackupRefused(_("The database in the backup was changed or is damaged; take another copy."))
    if connection.vendor == "postgresql":
        return backup_postgresql.unpacked(copy)
    plain = folder / "database.sqlite3"
    with gzip.open(copy, "rb") as reader, plain.open("wb") as plain_writer:
        shutil.copyfileobj(reader, plain_writer, _CHUNK)
    try:
        with closing(sqlite3.connect(plain)) as tried:
            sound = tried.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise BackupRefused(_("The database in the backup was changed or is damaged; take another copy."))
    return plain


def _restore_files(tar: tarfile.TarFile, manifest: dict[str, Any], place: Storage) -> tuple[int, list[FileTrouble]]:
    """Puts every file that is whole; gives how many, and those that are damaged in the backup or missing from it."""
    files, troubles = 0, []
    expected = {name for name in manifest["members"] if name.startswith("files/")}
    for entry in _file_entries(tar):
        expected.discard(entry.name)
        tree, sha256 = _place_of(entry.name)
        content = _member(tar, entry).read(_LARGEST_FILE + 1)
        if hashlib.sha256(content).hexdigest() == sha256:
            place.put(tree, sha256, content)
            files += 1
        else:
            troubles.append(FileTrouble("damaged", tree, sha256))
    return files, troubles + [FileTrouble("missing", *_place_of(name)) for name in sorted(expected)]


def _load_database(unpacked: Path) -> None:
    if connection.vendor == "postgresql":
        backup_postgresql.load(unpacked)
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(unpacked)) as restored:
        restored.backup(connection.connection)


def _file_entries(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    return (entry for entry in tar.getmembers() if entry.name.startswith("files/"))


def _place_of(name: str) -> tuple[Tree, str]:
    found = _FILE_MEMBER.fullmatch(name)
    if found is None:
        raise BackupRefused(_("The backup holds %r, which does not belong into it; take another copy.") % name)
    return ("received" if found[1] == "received" else "derived"), found[2]


def _member(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(entry)
    if content is None:
        raise BackupRefused(_("%r in the backup is no file; take another copy.") % entry.name)
    return content
