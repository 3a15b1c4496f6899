"""A wrong setting stops the start with a sentence that names the variable; docs/operations.md lists every one."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from linli.config.environment import DEMO_FIELD_KEYS, DEMO_SECRET, SettingError, database_settings, read_environment

from .walk import ROOT

SECRET = "a-secret-of-these-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABC"
KEYS = "2026a:" + "A" * 43 + "="
GOOD = {"LINLI_SECRET_KEY": SECRET, "LINLI_FIELD_KEYS": KEYS}


def linli(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in English with these settings and no others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "LC_"))}
    return subprocess.run(
        [sys.executable, "-m", "linli.config.cli", *words], env={**own, "LANG": "en_US.UTF-8", **settings}, cwd=ROOT, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip


def test_production_starts_with_a_secret_and_a_field_key() -> None:
    read = read_environment(GOOD)
    assert (read.mode, read.secret_key, read.field_keys) == ("production", SECRET, KEYS)
    assert (read.trusted_proxies, read.metrics_token, read.mail_url) == (0, "", "log:")
    assert read.strangers_mb == 5000


def test_the_demo_needs_no_setting_at_all() -> None:
    read = read_environment({"LINLI_MODE": "demo"})
    assert (read.secret_key, read.field_keys) == (DEMO_SECRET, DEMO_FIELD_KEYS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LINLI_MODE", "prod"),
        ("LINLI_SECRET_KEY", ""),
        ("LINLI_SECRET_KEY", DEMO_SECRET),
        ("LINLI_SECRET_KEY", "k" * 49),
        ("LINLI_SECRET_KEY", "a" * 61),
        ("LINLI_SECRET_KEY", "password" * 10),
        ("LINLI_SECRET_KEY", "ab" * 40),
        ("LINLI_HOSTS", "*"),
        ("LINLI_HOSTS", "linli.example, *"),
        ("LINLI_METRICS_TOKEN", "token-" * 5),
        ("LINLI_FIELD_KEYS", ""),
        ("LINLI_FIELD_KEYS", DEMO_FIELD_KEYS),
        ("LINLI_FIELD_KEYS", f"{KEYS},{DEMO_FIELD_KEYS}"),
        ("LINLI_FIELD_CIPHER", "rot13"),
        ("LINLI_TIME_ZONE", "Asia/Peking"),
        ("LINLI_TIME_ZONE", "/etc/localtime"),
        ("LINLI_TRUSTED_PROXIES", "one"),
        ("LINLI_TRUSTED_PROXIES", "-1"),
        ("LINLI_TRUSTED_PROXIES", "²"),
        ("LINLI_METRICS_TOKEN", "short"),
        ("LINLI_STRANGERS_MB", "199"),
        ("LINLI_STRANGERS_MB", "2000001"),
        ("LINLI_STRANGERS_MB", "5 GB"),
        ("LINLI_STRANGERS_MB", "-5000"),
        ("LINLI_PUBLIC_URL", "linli.city.example"),
        ("LINLI_TILE_URL", "tiles.city.example/{z}"),
        ("LINLI_MAIL_URL", "mail.city.example:25"),
        ("LINLI_MAIL_URL", "smtp://"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_environment({**GOOD, name: value})


@pytest.mark.parametrize("url", ["mysql://city@db/linli", "linli.sqlite3", ""])
def test_a_database_that_linli_does_not_know_is_refused_by_name(url: str) -> None:
    with pytest.raises(SettingError, match="LINLI_DATABASE_URL"):
        database_settings(url, pool=False)


def test_a_wrong_mail_address_is_told_without_its_password() -> None:
    with pytest.raises(SettingError) as refused:
        read_environment({**GOOD, "LINLI_MAIL_URL": "smtpx://linli:geheim@mail.city.example"})
    assert "geheim" not in str(refused.value)


def test_a_database_address_may_hold_signs_that_addresses_escape() -> None:
    read = database_settings("postgresql://city:p%40ss%2Fword@db.city.example:6432/linli", pool=False)
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == (
        "city", "p@ss/word", "db.city.example", "6432", "linli",
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"LINLI_MODE": "production", "LINLI_SECRET_KEY": DEMO_SECRET, "LINLI_FIELD_KEYS": KEYS},
        {**GOOD, "LINLI_FIELD_KEYS": "2026a:short"},
        {**GOOD, "LINLI_DATABASE_URL": "mysql://db/linli"},
    ],
)
def test_the_command_line_ends_with_a_sentence_and_not_with_a_traceback(
    settings: dict[str, str], tmp_path: Path
) -> None:
    ended = linli("audit", "verify", LINLI_HOME=str(tmp_path), **settings)
    assert ended.returncode == 2
    assert re.search(r"^Error: LINLI_[A-Z_]+", ended.stderr, re.MULTILINE), ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_keys_are_made_where_nothing_is_set_up_yet() -> None:
    secret = linli("keys", "new-secret", LINLI_MODE="production").stdout.strip()
    keys = linli("keys", "new-field-key", "2026a", LINLI_MODE="production").stdout.strip()
    read = read_environment({"LINLI_SECRET_KEY": secret, "LINLI_FIELD_KEYS": keys})
    assert read.field_keys.startswith("2026a:")


def test_every_variable_is_explained_in_the_operations_page() -> None:
    reader = (ROOT / "linli" / "config" / "environment.py").read_text()
    names = {f"LINLI_{name}" for name in re.findall(r'\bget\("([A-Z_]+)"', reader)}
    assert len(names) >= 12, "the reader was not understood"
    rows = re.findall(r"^\| `(LINLI_[A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(names)


@pytest.mark.slow
def test_a_command_before_migrate_says_what_comes_first(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for home, *command in (
        (tmp_path, "audit", "verify"),
        (nowhere, "serve", "--port", "1"),
        (tmp_path, "worker"),
        (nowhere, "backup", f"{tmp_path}/one.tar"),
    ):
        ended = linli(*command, LINLI_MODE="demo", LINLI_HOME=str(home))
        assert (ended.returncode, ended.stderr) == (
            2,
            f"linli: There is no database at {home}/linli.sqlite3 yet: run `linli migrate`, "
            "or look at LINLI_HOME and LINLI_DATABASE_URL.\n",
        )
    assert list(tmp_path.iterdir()) == [], "an empty database was left behind"


@pytest.mark.slow
def test_a_database_without_tables_is_said_to_need_them(tmp_path: Path) -> None:
    (tmp_path / "linli.sqlite3").touch()
    ended = linli("audit", "verify", LINLI_MODE="demo", LINLI_HOME=str(tmp_path))
    assert ended.returncode == 2
    assert f"Run `linli migrate` first, or look at LINLI_HOME (now {tmp_path})" in ended.stderr


def test_the_drawn_pages_are_written_into_a_file_that_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for command, kept in (("personal-data", "personal-data.md"), ("transitions", "case-loop.md")):
        ended = linli(command, "--write", str(page))
        assert (ended.returncode, ended.stdout) == (0, f"{page} is written.\n"), ended.stderr
        assert page.read_text(encoding="utf-8").strip() == (ROOT / "docs" / kept).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_somebody_serves_on_is_not_shared(tmp_path: Path, command: str) -> None:
    """Granian would listen beside the other server, and each request would reach one or the other."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port, home = str(other.getsockname()[1]), tmp_path / "home"
        where = ("--home", str(home)) if command == "demo" else ()
        ended = linli(command, "--port", port, *where, LINLI_MODE="demo", LINLI_HOME=str(home))
    assert ended.returncode == 1
    assert f"Cannot serve on 127.0.0.1:{port}: " in ended.stderr
    assert "--port" in ended.stderr
    assert not home.exists()


@pytest.mark.slow
def test_what_needs_no_site_runs_without_settings_and_what_writes_into_one_is_refused(tmp_path: Path) -> None:
    proposal = tmp_path / "p.gpkg"
    proposal.touch()
    assert linli("personal-data", LINLI_HOME=str(tmp_path)).returncode == 0
    ended = linli("division", "publish", str(proposal), LINLI_HOME=str(tmp_path))
    assert (ended.returncode, "LINLI_SECRET_KEY is missing" in ended.stderr) == (2, True)
    ended = linli("division", "publish", str(proposal), LINLI_HOME=str(tmp_path), **GOOD)
    assert (ended.returncode, "There is no database at" in ended.stderr) == (2, True)
    assert not (tmp_path / "linli.sqlite3").exists()


@pytest.mark.slow
def test_with_a_wrong_setting_the_help_still_lists_the_commands_of_the_core() -> None:
    ended = linli("--help", LINLI_MODE="prod")
    assert ended.returncode == 0
    assert "backup" in ended.stdout
    assert "What departments bring is not listed: LINLI_MODE is 'prod'" in " ".join(ended.stdout.split())
    ended = linli("nono", LINLI_MODE="prod")
    assert (ended.returncode, "LINLI_MODE is 'prod'" in ended.stderr) == (2, True)
