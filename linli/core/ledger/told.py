"""Who is told when a record that somebody was asked to verify has been verified, retired, joined or moved: a room above registers itself, as
the inbox does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from linli.core.platform.public import Work

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger


class Settled(Protocol):
    """What is called."""

    def __call__(self, ledger: Ledger, work: Work, record: Any, /, *, verified: bool) -> None:
        """Hears that nobody has to be asked about a record any more."""


_told: list[Settled] = []


def when_settled(tell: Settled) -> None:
    """Calls `tell` inside the write after which a record for which `asked_on` was set asks for nobody: it is verified, or retired, joined
    or moved. Twice registers once."""
    if tell not in _told:
        _told.append(tell)


def tell_settled(ledger: Ledger, work: Work, record: Any, *, verified: bool = False) -> list[str]:
    """Tells everybody who wanted to know, where somebody was asked; gives the columns that are to be saved."""
    if record.asked_on is None:
        return []
    record.asked_on = None
    for tell in _told:
        tell(ledger, work, record, verified=verified)
    return ["asked_on"]
