"""The language of the command line: whatever a command prints is in one language, the reader's."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from linli.config.cli import start_django

LANGUAGES = ("zh-hans", "en")
Command = TypeVar("Command", bound=Callable[..., Any])


def reader_language() -> str:
    """The language of whoever sits at the terminal: English where the locale says so, else Chinese."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if locale.lower().startswith("en") else "zh-hans"


def spoken(command: Command) -> Command:
    """Starts Django and runs a command in the language of its reader; adds `--language` to it."""

    @click.option("--language", type=click.Choice(LANGUAGES), help="default: that of the locale")
    @functools.wraps(command)
    def run(*arguments: Any, language: str | None, **options: Any) -> Any:
        start_django()
        from django.utils.translation import override

        with override(language or reader_language()):
            return command(*arguments, **options)

    return run  # type: ignore[return-value]  # click's options keep the callable
