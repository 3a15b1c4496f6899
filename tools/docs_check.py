"""Holds README and docs to what exists: paths, links, `make` targets, `linli` commands, LINLI_ settings.

Only what stands in backticks, in a code block or in a link is looked at. A path counts as one when it begins with a
folder or file of the repository's top level, or carries the ending of a source file; it may stand from the top level,
from the page's own folder, from linli/ or from a templates folder; a bare file name (`public.py`) is that of any file.
A name with a placeholder (`<code>`, `{code}`, `…`)
is passed over, a `*` must match.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click

from tools.files_check import committed

ROOT = Path(__file__).resolve().parent.parent

FENCE = re.compile(r"^\s*(```|~~~)")
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)[^)]*\)|!\[[^\]]*\]\(([^)\s]+)[^)]*\)")
SOURCE_ENDING = re.compile(r"\.(?:py|md|toml|ini|ts|po|lock|json|yml|yaml|sh|html|css)$")
PATH_WORD = re.compile(rf"^[\w.@-][\w.@*-]*(?:/[\w.@*-]+)+/?$|^[\w.@-]+{SOURCE_ENDING.pattern}")
MAKE = re.compile(r"(?:^|[\s;&|(`])make((?:\s+[a-z][\w-]*)+)")
LINLI = re.compile(r"(?:^|[\s;&|(`/])linli((?:\s+[a-z][\w-]*)+)")
NEW_DEPARTMENT = re.compile(r"^linli new-department (\w+) ", re.MULTILINE)
SETTING = re.compile(r"\bLINLI_[A-Z][A-Z_]*[A-Z]\b")
# Words of commands that are placed in examples and are not files of the repository.
PLACEHOLDER = re.compile(r"[<>{}…$]|\.\.\.")
# What no commit holds and `make setup` makes. Anything else that lies about counts as missing, as it is on a fresh clone.
BUILT = (".venv/bin", "linli/web/static/dist")


def pages(root: Path = ROOT) -> list[Path]:
    """The pages that are held to the truth."""
    return sorted([*root.glob("README*.md"), *(root / "docs").rglob("*.md")])


def code_pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line number, piece of code, and whether it stands in a block."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif inside:
            yield number, line.split(" # ")[0], True
        else:
            for piece in INLINE.findall(line):
                yield number, piece, False


@cache
def make_targets(root: Path = ROOT) -> frozenset[str]:
    """The targets of the Makefile."""
    return frozenset(re.findall(r"^([a-z][\w-]*)\s*:(?!=)", (root / "Makefile").read_text(), re.MULTILINE))


@cache
def command_line() -> click.Command:
    """linli's own command line."""
    os.environ.setdefault("LINLI_MODE", "test")
    from linli.config.cli import linli  # here, because pages without a command need no Django

    return linli


@cache
def known_settings(root: Path = ROOT) -> frozenset[str]:
    """Every LINLI_ name that the sources read or set. environment.py reads them without the prefix."""
    names: set[str] = set()
    for path in (root / name for name in committed(root)):
        if path.suffix in (".py", ".ts") or path.name in ("Makefile", "run"):
            names.update(SETTING.findall(path.read_text(errors="replace")))
    reader = (root / "linli" / "config" / "environment.py").read_text()
    names.update(f"LINLI_{name}" for name in re.findall(r'\bget\("([A-Z_]+)"', reader))
    return frozenset(names)


@cache
def places(root: Path = ROOT) -> frozenset[Path]:
    """Every file and folder that git keeps."""
    files = [root / name for name in committed(root)]
    return frozenset(place for file in files for place in (file, *file.parents))


def there(base: Path, word: str, root: Path) -> bool:
    """Whether a fresh clone that is set up has what the word names, seen from a folder; a `*` must match something."""
    found = base.glob(word) if "*" in word else [Path(os.path.normpath(base / word))]
    built = [root / folder for folder in BUILT]
    return any(
        place in places(root) or (place.exists() and any(place.is_relative_to(folder) for folder in built))
        for place in found
    )


@cache
def template_folders(root: Path = ROOT) -> tuple[Path, ...]:
    """Where Django looks for a template's name."""
    return tuple((root / "linli").rglob("templates"))


@cache
def file_names(root: Path = ROOT) -> frozenset[str]:
    """The bare names of all files of the repository."""
    return frozenset(name.rsplit("/", 1)[-1] for name in committed(root))


@cache
def made_by(page: Path) -> frozenset[str]:
    """The folders of departments that the page itself tells its reader to make; a test replays such a page."""
    return frozenset(f"linli/subsystems/{name}" for name in NEW_DEPARTMENT.findall(page.read_text("utf-8")))


def wrong_path(word: str, page: Path, root: Path) -> bool:
    """Whether the word looks like a path of this repository and leads nowhere."""
    if PLACEHOLDER.search(word) or not PATH_WORD.match(word):
        return False
    if any(folder in word for folder in made_by(page)):
        return False
    top = root / word.split("/")[0]  # a folder that only running linli makes, such as var, is no path of the repository
    ours = top in places(root) or (top.exists() and any((root / folder).is_relative_to(top) for folder in BUILT))
    if not SOURCE_ENDING.search(word.rstrip("/")) and not ("/" in word and ours):
        return False
    for base in (root, page.parent, root / "linli", *template_folders(root)):
        if there(base, word.rstrip("/"), root):
            return False
    return word not in file_names(root)


def wrong_command(words: list[str], command: click.Command) -> str | None:
    """The first word that the command does not have, followed downwards as long as there are subcommands."""
    for word in words:
        if not isinstance(command, click.Group):
            return None
        step = command.get_command(click.Context(command), word)
        if step is None:
            return word
        command = step
    return None


def wrong_link(target: str, page: Path) -> bool:
    """Whether a relative link leads nowhere."""
    if re.match(r"[a-z]+:", target) or target.startswith("#"):
        return False
    return not (page.parent / unquote(target.split("#")[0])).exists()


def wrong_words(piece: str, page: Path, root: Path) -> Iterator[str]:
    """Paths and settings in a piece of code that do not exist."""
    for word in re.split(r"[\s,;:()=\"']+", piece):
        if wrong_path(word, page, root):
            yield f"there is no `{word}`."
    for setting in SETTING.findall(piece):
        if setting not in known_settings(root):
            yield f"nothing reads `{setting}`."


def wrong_commands(piece: str, block: bool, root: Path, cli: Callable[[], click.Command]) -> Iterator[str]:
    """Commands in a piece of code that do not exist; outside a block only a piece that begins with one is a command."""
    if block or piece.startswith("make "):
        for targets in MAKE.findall(piece):
            yield from (
                f"the Makefile has no target `{target}`."
                for target in targets.split()
                if target not in make_targets(root)
            )
    if block or re.match(r"(?:\S*/)?linli ", piece):
        for words in LINLI.findall(piece):
            wrong = wrong_command(words.split(), cli())
            if wrong:
                yield f"`linli{words}`: there is no `{wrong}`."


def page_findings(page: Path, root: Path = ROOT, cli: Callable[[], click.Command] = command_line) -> Iterator[str]:
    """What a page says that is not so."""
    text = page.read_text()
    name = page.relative_to(root)
    for number, piece, block in code_pieces(text):
        yield from (f"{name}:{number}: {finding}" for finding in wrong_words(piece, page, root))
        yield from (f"{name}:{number}: {finding}" for finding in wrong_commands(piece, block, root, cli))
    for number, line in enumerate(text.splitlines(), 1):
        for target in (part for pair in LINK.findall(line) for part in pair if part):
            if wrong_link(target, page):
                yield f"{name}:{number}: the link to {target} leads nowhere."


def main() -> int:
    """The command line."""
    found = [finding for page in pages() for finding in page_findings(page)]
    print("\n".join(found) or f"{len(pages())} pages: every path, command, setting and link named there exists.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
