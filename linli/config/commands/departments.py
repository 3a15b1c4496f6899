"""Begins a department: a folder with a flow, a list, a form, a check to be filled in, texts and tests that are green, to be made one's own."""

from __future__ import annotations

import keyword
import os
import re
import subprocess
import sys
from gettext import gettext as _
from importlib.util import find_spec
from pathlib import Path

import click

from linli.lib.speech import command, option

PACKAGE = Path(__file__).resolve().parents[2]
PATTERN = PACKAGE / "config" / "new_department"
SETTINGS = PACKAGE / "config" / "settings.py"
LAST_LINE = re.compile(r"^SUBSYSTEM_APPS = \[\n(?:    .*\n)*?(?=\])", re.MULTILINE)


@command(short_help="write the folder of a new department")
@click.argument("name")
@option("--zh", required=True, help="what the department is called in Chinese")
@option("--en", required=True, help="what it is called in English")
def new_department(name: str, zh: str, en: str) -> None:
    """Writes linli/subsystems/NAME and adds it to the installed ones; NAME is one English noun in small letters, such as hazard."""
    folder = PACKAGE / "subsystems" / name
    if not re.fullmatch(r"[a-z]{2,16}", name) or keyword.iskeyword(name):
        raise click.BadParameter(_("Take one English noun in small letters, 2 to 16 of them."), param_hint="NAME")
    if folder.exists() or (PACKAGE / "core" / name).exists():
        raise click.BadParameter(_("There is a package of this name already; choose another."), param_hint="NAME")
    if any(sign in words for words in (zh, en) for sign in '"\\\n{}|'):
        raise click.BadParameter(_("Leave quotation marks, braces and strokes out of the titles."))
    if not PATTERN.is_dir() or not os.access(SETTINGS, os.W_OK):
        raise click.ClickException(_("Departments are written in a checkout of the source."))
    words = {"@code@": name, "@Name@": name.capitalize(), "@zh@": zh, "@en@": en, "@noun@": en.lower()}
    for pattern in sorted(path for path in PATTERN.rglob("*.txt") if path.is_file()):
        target = folder / filled(str(pattern.relative_to(PATTERN).with_suffix("")), words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(filled(pattern.read_text("utf-8"), words), encoding="utf-8")
    (folder / "migrations").mkdir()
    for package in (folder, folder / "migrations"):
        (package / "__init__.py").touch()
    install(name)
    make_migration(name)
    lay_out(folder)
    click.echo(_("linli/subsystems/%s is written and installed. docs/adding-a-subsystem.md goes on from here.") % name)


def filled(text: str, words: dict[str, str]) -> str:
    """A pattern with its words put in."""
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def install(name: str) -> None:
    """Adds one line to the list of installed departments, the only one outside the folder."""
    source = SETTINGS.read_text("utf-8")
    found = LAST_LINE.search(source)
    if found is None:
        raise click.ClickException(_("SUBSYSTEM_APPS was not found in linli/config/settings.py."))
    line = f'    "linli.subsystems.{name}",\n'
    SETTINGS.write_text(source[: found.end()] + line + source[found.end() :], encoding="utf-8")


def lay_out(folder: Path) -> None:
    """Breaks the lines as the house does: how long they are depends on the name. Without the tools of development it is left."""
    if find_spec("ruff") is not None:
        for what in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
            subprocess.run([sys.executable, "-m", "ruff", *what, str(folder)], cwd=PACKAGE.parent, check=False)  # noqa: S603 - our own interpreter


def make_migration(name: str) -> None:
    """Writes the first migration, in a process that knows the new department."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.config.settings", "LINLI_MODE": "test"}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-W", "ignore", "-m", "django", "makemigrations", name, "--verbosity", "0"],
        cwd=PACKAGE.parent, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(done.stderr.strip().splitlines()[-1])
