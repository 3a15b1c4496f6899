"""`@spoken` for commands that speak through Django: whatever they print is in one language, the reader's.

What a command says of itself, before Django is there, stands in linli/lib/speech.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from linli.config.start import on_database, start_django
from linli.lib.speech import language_option, reader_language

Command = TypeVar("Command", bound=Callable[..., Any])


def spoken(command: Command) -> Command:
    """Starts Django and runs a command in the language of its reader; adds `--language` to it. Refuses where no database is."""
    return _spoken(command, on_database)


def spoken_before_database(command: Command) -> Command:
    """`spoken` for what makes the database itself."""
    return _spoken(command, start_django)


def _spoken(command: Command, start: Callable[[], None]) -> Command:
    @language_option
    @functools.wraps(command)
    def run(*arguments: Any, language: str | None, **options: Any) -> Any:
        start()
        from django.utils.translation import override

        with override(language or reader_language()):
            return command(*arguments, **options)

    return run  # type: ignore[return-value]  # click's options keep the callable
