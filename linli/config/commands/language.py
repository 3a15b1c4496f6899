"""`@spoken` for commands that speak through Django: whatever they print is in one language, the reader's.

What a command says of itself, before Django is there, stands in linli/config/speech.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from linli.config.cli import start_django
from linli.config.speech import language_option, reader_language

Command = TypeVar("Command", bound=Callable[..., Any])


def spoken(command: Command) -> Command:
    """Starts Django and runs a command in the language of its reader; adds `--language` to it."""

    @language_option
    @functools.wraps(command)
    def run(*arguments: Any, language: str | None, **options: Any) -> Any:
        start_django()
        from django.utils.translation import override

        with override(language or reader_language()):
            return command(*arguments, **options)

    return run  # type: ignore[return-value]  # click's options keep the callable
