"""Ground to try a division on, for whoever has no file yet. Who has some offers it, as the demo city does; nobody need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from linli.core.platform.public import BadInput

_offered: list[Callable[[Path], None]] = []


def offer_sample(write: Callable[[Path], None]) -> None:
    """Offers ground that `write` puts into a file; the last offer counts. Call it while Django starts."""
    _offered[:] = [write]


def write_sample(path: Path) -> Path:
    """Writes the ground that is offered, and gives its path. Raises BadInput where nobody offers any."""
    if not _offered:
        raise BadInput(_("No ground comes with this installation; name a ground file."), field="ground")
    _offered[0](path)
    return path
