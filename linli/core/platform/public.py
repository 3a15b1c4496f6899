"""What the areas above may use of `platform`; they import this module and nothing else of it.

The rooms behind it: clock, work (with audit, outbox, messages, jobs), idempotency, versions, crypto, personal data, files, requests,
rate limits, backup, subsystem descriptor.
"""

from linli.core.platform.clock import clock_at, now
from linli.core.platform.rows import insert_rows
from linli.core.platform.versions import Versioned, bump, forget_all
from linli.core.platform.work import SYSTEM, Actor, Work, current_work, write

__all__ = [
    "SYSTEM",
    "Actor",
    "Versioned",
    "Work",
    "bump",
    "clock_at",
    "current_work",
    "forget_all",
    "insert_rows",
    "now",
    "write",
]
