"""The door of ledgers: how a department declares one, and how its rows are read and written. docs/ledgers.md walks through it."""

from linli.core.ledger.adding import New, add, add_many, adopt, adopt_all
from linli.core.ledger.aging import Ripe, asked, old_ones, ripe, to_ask, to_be_asked
from linli.core.ledger.beside import address, is_old
from linli.core.ledger.definition import Kept, Ledger
from linli.core.ledger.faces.choosers import RecordField
from linli.core.ledger.faces.lists import standing_of
from linli.core.ledger.faces.routes import ledger_router
from linli.core.ledger.faces.urls import list_of
from linli.core.ledger.history import Standing, entries, find, held_true, holds, joined_ids, may, seen, text_in
from linli.core.ledger.keeping import (
    Changed,
    Outcome,
    Said,
    change,
    decide,
    locked_record,
    put,
    retire,
    verify,
)
from linli.core.ledger.looking import reveal_of
from linli.core.ledger.merging import Alike, alike, merge, merges_of, undo_merge
from linli.core.ledger.models import (
    Act,
    LedgerMerge,
    LedgerRecord,
    LedgerValue,
    PlacedRecord,
    RecordId,
    Source,
    State,
    ValueRow,
)
from linli.core.ledger.moving import move
from linli.core.ledger.register import ledgers, pointers
from linli.core.ledger.subjects import register_ledgers
from linli.core.ledger.told import when_settled
from linli.core.ledger.words import masked, text_of

__all__ = [
    "Act",
    "Alike",
    "Changed",
    "Kept",
    "Ledger",
    "LedgerMerge",
    "LedgerRecord",
    "LedgerValue",
    "New",
    "Outcome",
    "PlacedRecord",
    "RecordField",
    "RecordId",
    "Ripe",
    "Said",
    "Source",
    "Standing",
    "State",
    "ValueRow",
    "add",
    "add_many",
    "address",
    "adopt",
    "adopt_all",
    "alike",
    "asked",
    "change",
    "decide",
    "entries",
    "find",
    "held_true",
    "holds",
    "is_old",
    "joined_ids",
    "ledger_router",
    "ledgers",
    "list_of",
    "locked_record",
    "masked",
    "may",
    "merge",
    "merges_of",
    "move",
    "old_ones",
    "pointers",
    "put",
    "register_ledgers",
    "retire",
    "reveal_of",
    "ripe",
    "seen",
    "standing_of",
    "text_in",
    "text_of",
    "to_ask",
    "to_be_asked",
    "undo_merge",
    "verify",
    "when_settled",
]
