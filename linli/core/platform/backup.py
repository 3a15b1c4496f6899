"""`linli backup` and `linli restore`: the database and the files of a deployment in one tar, with a manifest.

The database goes in as its own tool copies it (SQLite's backup API, pg_dump): consistent while the server runs. Files
are copied after it; they never change and are written before the rows that point at them, so none is missing. Keys are
not in it: LINLI_FIELD_KEYS and LINLI_SECRET_KEY are kept apart. `backup_postgresql.py` runs PostgreSQL's programs.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.db import connection

import linli
from linli.core.platform import backup_postgresql, clock
from linli.core.platform.audit.verify import Finding, verify
from linli.core.platform.crypto import field_key_ids
from linli.core.platform.models import AuditRecord
from linli.core.platform.refusals import Refusal
from linli.core.platform.storage import TREES, Storage, Tree, storage
from linli.core.platform.versions import forget_all
from linli.core.platform.work import SYSTEM, write

FORMAT = 1
_CHUNK = 1024 * 1024
_DATABASE_MEMBERS = {"sqlite": "database.sqlite3.gz", "postgresql": "database.dump"}


class BackupRefused(Refusal):
    """A backup that is not made or restored; the sentence says what is wrong and what to do. Nothing is changed."""

    code = "backup_refused"


@dataclass(frozen=True)
class BackupReport:
    """What was written: the tar's size and how many files of residents and staff it holds."""

    path: Path
    size_bytes: int
    files: int


@dataclass(frozen=True)
class RestoreReport:
    """What was restored, and what `audit verify` found afterwards (empty: the chain is whole)."""

    made_at: str
    version: str
    files: int
    findings: list[Finding]


def make_backup(target: Path) -> BackupReport:
    """Writes a backup of the whole deployment to `target` (readable by the owner only).

    May run while people work. Raises BackupRefused when `target` exists or a program is missing. Written beside and
    renamed, so a backup that was cut off never looks like one.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists already; give another name or remove it.")
    if not target.parent.is_dir():
        raise BackupRefused(f"The folder {target.parent} does not exist; make it or give another place.")
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".linli-backup-") as folder:
            database = Path(folder) / _DATABASE_MEMBERS[connection.vendor]
            _dump_database(database)
            files = _write_tar(part, database)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    with write(SYSTEM) as work:
        work.audit(
            "platform", "backup.make", "backup", target.name, {"files": files, "size_bytes": target.stat().st_size}
        )
    return BackupReport(target, target.stat().st_size, files)


def restore_backup(source: Path, *, force: bool = False) -> RestoreReport:
    """Puts a backup back: checks every member against the manifest first, then files, then the database in one step.

    Raises BackupRefused, with nothing changed, for a damaged or foreign backup, one of another kind of database,
    missing field keys, and a database in use; `force` overrides the last two. Stop server and workers before.
    Restoring twice gives the same state. A backup of an older version needs `linli migrate` afterwards.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _checked_manifest(tar)
            _refuse_unfit(manifest, force)
            _check_members(tar, manifest)
            files = _restore_files(tar, manifest, storage())
            _load_database(tar)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise BackupRefused(f"{source} is no backup of linli or is damaged ({error}); take another copy.") from None
    except FileNotFoundError:
        raise BackupRefused(f"{source} does not exist; check the name.") from None
    forget_all()
    findings = list(verify())
    with write(SYSTEM) as work:
        work.audit(
            "platform",
            "backup.restore",
            "backup",
            source.name,
            {"made_at": manifest["made_at"], "findings": len(findings)},
        )
    return RestoreReport(manifest["made_at"], manifest["version"], files, findings)


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


def _write_tar(part: Path, database: Path) -> int:
    """The manifest stands first, so that a reader knows what must follow."""
    place = storage()
    members: dict[str, dict[str, Any]] = {
        database.name: {"sha256": _digest_of(database.open("rb")), "size": database.stat().st_size}
    }
    for tree in TREES:
        for sha256 in sorted(place.contents(tree)):
            with place.open(tree, sha256) as content:
                size = content.seek(0, io.SEEK_END)
            members[f"files/{tree}/{sha256}"] = {"sha256": sha256, "size": size}
    manifest = {
        "format": FORMAT,
        "program": "linli",
        "version": linli.__version__,
        "made_at": clock.now().isoformat(),
        "database": connection.vendor,
        "field_keys": field_key_ids(),
        "members": members,
    }
    part.touch(mode=0o600)
    part.chmod(0o600)
    with tarfile.open(part, "w:", format=tarfile.PAX_FORMAT) as tar:
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        _add(tar, "manifest.json", len(text), io.BytesIO(text))
        with database.open("rb") as content:
            _add(tar, database.name, members[database.name]["size"], content)
        for name, facts in members.items():
            if name.startswith("files/"):
                with place.open(_tree_of(name), facts["sha256"]) as content:
                    _add(tar, name, facts["size"], content)
    return len(members) - 1


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, content)


def _checked_manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    if first is None or first.name != "manifest.json" or first.size > 512 * _CHUNK:
        raise BackupRefused("The file does not begin with a manifest, so it is no backup of linli.")
    try:
        manifest = json.loads(_member(tar, first).read())
        if manifest["program"] != "linli" or not isinstance(manifest["members"], dict):
            raise ValueError("program")
        _ = manifest["made_at"], manifest["version"], manifest["database"], manifest["field_keys"]
    except (ValueError, KeyError, TypeError):
        raise BackupRefused("The manifest cannot be read; take another copy of the backup.") from None
    if manifest["format"] != FORMAT:
        raise BackupRefused(
            f"The backup has format {manifest['format']}; this version reads {FORMAT}. Update linli first."
        )
    return dict(manifest)


def _refuse_unfit(manifest: dict[str, Any], force: bool) -> None:
    if manifest["database"] != connection.vendor:
        raise BackupRefused(
            f"The backup holds a {manifest['database']} database, but LINLI_DATABASE_URL names {connection.vendor}; "
            "set it to the same kind."
        )
    missing = [key_id for key_id in manifest["field_keys"] if key_id not in field_key_ids()]
    if missing and not force:
        raise BackupRefused(
            f"LINLI_FIELD_KEYS lacks {', '.join(missing)}, with which values in the backup are sealed; add it, or use "
            "--force and lose those values."
        )
    if connection.vendor == "postgresql":
        backup_postgresql.require_programs()
    if _in_use() and not force:
        raise BackupRefused(
            "The database holds records already; restore into an empty one, or use --force to replace it."
        )


def _in_use() -> bool:
    """Whether somebody worked with this database: it has accounts or audit records. Absent tables count as empty."""
    tables = set(connection.introspection.table_names())
    return any(
        model._meta.db_table in tables and model._default_manager.exists() for model in (AuditRecord, get_user_model())
    )


def _check_members(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Every member is there once, is named in the manifest and has its SHA-256; none is unpacked by its own name."""
    expected: dict[str, Any] = dict(manifest["members"])
    for entry in _entries(tar):
        facts = expected.pop(entry.name, None)
        if facts is None or not entry.isreg():
            raise BackupRefused(
                f"The backup holds {entry.name!r}, which its manifest does not name; take another copy."
            )
        if _digest_of(_member(tar, entry)) != facts["sha256"]:
            raise BackupRefused(f"{entry.name!r} in the backup was changed or is damaged; take another copy.")
    if expected:
        raise BackupRefused(f"{next(iter(expected))!r} is missing in the backup; take another copy.")
    if _DATABASE_MEMBERS[connection.vendor] not in manifest["members"]:
        raise BackupRefused("The backup holds no database; take another copy.")


def _restore_files(tar: tarfile.TarFile, manifest: dict[str, Any], place: Storage) -> int:
    files = 0
    for entry in _entries(tar):
        if entry.name.startswith("files/"):
            place.put(_tree_of(entry.name), manifest["members"][entry.name]["sha256"], _member(tar, entry).read())
            files += 1
    return files


def _load_database(tar: tarfile.TarFile) -> None:
    member = tar.getmember(_DATABASE_MEMBERS[connection.vendor])
    with tempfile.TemporaryDirectory(prefix="linli-restore-") as folder:
        copy = Path(folder) / "database"
        with copy.open("wb") as writer:
            shutil.copyfileobj(_member(tar, member), writer, _CHUNK)
        if connection.vendor == "postgresql":
            backup_postgresql.load(copy)
            return
        plain = Path(folder) / "database.sqlite3"
        with gzip.open(copy, "rb") as reader, plain.open("wb") as writer:
            shutil.copyfileobj(reader, writer, _CHUNK)
        connection.ensure_connection()
        restored = sqlite3.connect(plain)
        try:
            restored.backup(connection.connection)
        finally:
            restored.close()


def _entries(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    return (entry for entry in tar.getmembers() if entry.name != "manifest.json")


def _member(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(entry)
    if content is None:
        raise BackupRefused(f"{entry.name!r} in the backup is no file; take another copy.")
    return content


def _tree_of(name: str) -> Tree:
    for tree in TREES:
        if name.startswith(f"files/{tree}/"):
            return tree
    raise BackupRefused(f"{name!r} in the backup belongs nowhere; take another copy.")


def _digest_of(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    with content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
