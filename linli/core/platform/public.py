"""What the areas above may use of `platform`; they import this module and nothing else of it.

The rooms behind it: clock, work (with audit, outbox, messages, jobs), idempotency, versions, crypto, personal data, files, requests,
rate limits, backup, subsystem descriptor.
"""

from linli.core.platform.clock import clock_at, now
from linli.core.platform.crypto import (
    BlindIndexField,
    SealedField,
    SealError,
    blind_index,
    blind_indexes,
    keyed_digest,
    new_field_key,
    new_secret_key,
    seal,
    unseal,
)
from linli.core.platform.personal import Personal, annotation_gaps, mask
from linli.core.platform.requests import RequestMiddleware
from linli.core.platform.rows import insert_rows
from linli.core.platform.structured_log import StructuredFormatter
from linli.core.platform.subsystem import (
    AreaTables,
    CategoryPlan,
    Indicator,
    MenuEntry,
    ModuleTables,
    PermissionPlan,
    RolePlan,
    Subject,
    Subscriber,
    Subsystem,
    described_areas,
    menu_entries,
    register,
    register_area,
    subsystems,
    title_in,
)
from linli.core.platform.versions import Versioned, bump, forget_all
from linli.core.platform.work import SYSTEM, Actor, Work, current_work, write

__all__ = [
    "SYSTEM",
    "Actor",
    "AreaTables",
    "BlindIndexField",
    "CategoryPlan",
    "Indicator",
    "MenuEntry",
    "ModuleTables",
    "PermissionPlan",
    "Personal",
    "RequestMiddleware",
    "RolePlan",
    "SealError",
    "SealedField",
    "StructuredFormatter",
    "Subject",
    "Subscriber",
    "Subsystem",
    "Versioned",
    "Work",
    "annotation_gaps",
    "blind_index",
    "blind_indexes",
    "bump",
    "clock_at",
    "current_work",
    "described_areas",
    "forget_all",
    "insert_rows",
    "keyed_digest",
    "mask",
    "menu_entries",
    "new_field_key",
    "new_secret_key",
    "now",
    "register",
    "register_area",
    "seal",
    "subsystems",
    "title_in",
    "unseal",
    "write",
]
