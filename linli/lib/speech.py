"""What a command says of itself, in its reader's language: help, short help, the help of options, and click's own words.

Texts stay English in the source. The standard library's gettext reads linli's catalogue, so nothing waits for Django;
`tools.messages` finds the texts where `help=`, `short_help=` and docstrings give them. Commands are made with `command`
and `group` from here, options with `option`.
"""

from __future__ import annotations

import functools
import gettext
import inspect
import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.formatting import measure_table

LOCALE = Path(__file__).resolve().parent.parent / "locale"
DOMAIN = "django"
LANGUAGES = ("zh-hans", "en")
# The standard gettext asks LANGUAGE first. The other names are for programs that a command starts.
CATALOGUES = {"zh-hans": "zh_Hans:zh_CN:zh", "en": "en"}
# What stays on one line: a word or one character, with the punctuation that may not begin a line, or end one.
UNBROKEN = re.compile(r"[（“《「]*(?:[!-~]+|.)[，。、；：！？）”》」…]*\s*")
WIDE = re.compile(r"[\u2e80-\uffef]")


def reader_language() -> str:
    """The language of whoever sits at the terminal: English where the locale says so, else Chinese."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if locale.lower().startswith("en") else "zh-hans"


def speak(language: str | None = None) -> None:
    """Lets the standard gettext, and with it click, speak a language, else the reader's. Twice does no more than once."""
    os.environ["LANGUAGE"] = CATALOGUES[language or reader_language()]
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)


def paragraphs(text: str) -> list[tuple[str, str]]:
    r"""What a text is translated by: its paragraphs on one line each, or as they stand behind a \b, which comes first."""
    parts = inspect.cleandoc(text).split("\n\n")
    return [("\b\n", one[2:]) if one.startswith("\b\n") else ("", " ".join(one.split("\n"))) for one in parts]


class _Text:
    """An attribute that keeps a text in English and gives it in the reader's language."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self.kept = f"_english_{name}"

    def __set__(self, one: object, text: str | None) -> None:
        setattr(one, self.kept, text)

    def __get__(self, one: object, _owner: type | None = None) -> str | None:
        text: str | None = getattr(one, self.kept)
        if not text:
            return text
        return "\n\n".join(mark + gettext.gettext(paragraph) for mark, paragraph in paragraphs(text))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def folded(text: str, width: int) -> str:
    r"""Chinese paragraphs broken into lines of `width` columns and marked with \b, so that click leaves them; others as they are.

    click breaks at spaces and takes a Chinese character for one column.
    """

    def fold(paragraph: str) -> str:
        if paragraph.startswith("\b") or not WIDE.search(paragraph):
            return paragraph
        lines = [""]
        for piece in UNBROKEN.findall(paragraph):
            if lines[-1] and columns(lines[-1] + piece.rstrip()) > width:
                lines.append("")
            lines[-1] += piece
        return "\b\n" + "\n".join(line.rstrip() for line in lines)

    return "\n\n".join(fold(paragraph) for paragraph in text.split("\n\n"))


class Formatter(click.HelpFormatter):
    """Writes help whose lines end where the terminal does, in Chinese too."""

    def write_heading(self, heading: str) -> None:
        if WIDE.search(heading):
            self.write(f"{'':>{self.current_indent}}{heading}：\n")
        else:
            super().write_heading(heading)

    def write_text(self, text: str) -> None:
        super().write_text(folded(text, self.width - self.current_indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(measure_table(rows)[0], col_max) + col_spacing
        width = max(self.width - first - self.current_indent, 10)
        super().write_dl([(term, folded(said, width)) for term, said in rows], col_max, col_spacing)


class Context(click.Context):
    """Gives commands their formatter."""

    formatter_class = Formatter


class Option(click.Option):
    """An option whose help and prompt speak; its metavar does not, because an operator types file names."""

    help = _Text()
    prompt = _Text()

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        if self.metavar is None and isinstance(self.type, click.Path):
            self.metavar = "FILE" if self.type.file_okay else "FOLDER"


class Command(click.Command):
    """A command whose help speaks."""

    context_class = Context
    help = _Text()
    short_help = _Text()

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Enters the command line here, in the language of whoever reads it now."""
        speak()
        return super().main(*arguments, **options)


class Group(Command, click.Group):
    """A group whose help speaks; so do its commands."""

    command_class = Command
    group_class = type


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """click's decorator, for a command whose help speaks."""
    return click.command(name, cls=Command, **attributes)


def group(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:
    """click's decorator, for a group whose help speaks."""
    return click.group(name, cls=Group, **attributes)


option = functools.partial(click.option, cls=Option)
password_option = functools.partial(click.password_option, cls=Option)


def _heard(_context: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    if language:
        speak(language)
    return language


# Eager, so that what is wrong with the other options is said in the language that was asked for.
language_option = option(
    "--language", type=click.Choice(LANGUAGES), is_eager=True, callback=_heard, help="default: that of the locale"
)
