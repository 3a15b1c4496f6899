"""Commands that need the engine: they explain themselves without it, and say what to install when they are to run.

The engine's packages come with `linli[division]`; an office that divides no ground has no use for some 360 MB.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from gettext import gettext as _
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from linli.lib import speech

PACKAGES = ("numba", "osmium", "scipy")


class NoEngine(click.ClickException):
    """Packages that dividing ground needs are not installed."""

    exit_code = 2


class EngineCommand(speech.Command):
    """A command that runs only where the engine is installed."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs it. Raises NoEngine, naming what is missing and how to get it."""
        missing = [name for name in PACKAGES if not there(name)]
        if missing:
            raise NoEngine(
                _("This command needs packages that are not installed here (%(names)s). Install them: %(command)s")
                % {"names": ", ".join(missing), "command": f"{pip()} install 'linli[division]'"}
            )
        return super().invoke(ctx)


def there(package: str) -> bool:
    """Whether a package can be imported; it is not loaded."""
    return find_spec(package) is not None


def pip() -> str:
    """The pip of the environment that linli runs in, as one types it."""
    own = Path(sys.prefix, "bin", "pip")
    return str(own) if own.exists() else "pip"


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], EngineCommand]:
    """`command` of linli.lib.speech, for one that needs the engine."""
    return click.command(name, cls=EngineCommand, **attributes)
