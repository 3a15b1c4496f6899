"""What the areas above may use of `platform`; they import this module and nothing else of it.

One door for seven rooms: writing, keeping, serving, rationing, saying, sealing, plug. The list below is grouped by them.
"""

from linli.core.platform.keeping.audit.doers import who_did
from linli.core.platform.keeping.audit.roots import make_root, unless_clock_runs_ahead
from linli.core.platform.keeping.audit.subjects import register_subject
from linli.core.platform.keeping.audit.verify import Finding, verify
from linli.core.platform.keeping.backup import BackupRefused, make_backup, restore_backup
from linli.core.platform.keeping.backup_postgresql import ProgramTrouble
from linli.core.platform.keeping.database import NoDatabase, refuse_missing_database
from linli.core.platform.keeping.evidence import erase_received
from linli.core.platform.keeping.expiry import erase_expired, linli_models, personal_data_table
from linli.core.platform.keeping.files import (
    FileRefused,
    open_variant,
    receive_photo,
    receive_voice,
    remove_orphans,
)
from linli.core.platform.keeping.key_store import Forgotten, KeyStore, KeyStoreTrouble, key_store
from linli.core.platform.keeping.rehearsal import newest_backup, rehearse_restore
from linli.core.platform.keeping.sealed_rotation import rotate_sealed
from linli.core.platform.keeping.storage import StorageFull
from linli.core.platform.keeping.wholeness import FileTrouble, check_files
from linli.core.platform.models import Derivative, Message, StoredFile, StoredFileId
from linli.core.platform.plug import ground_files
from linli.core.platform.plug.city_parts import CityCheck, Lack, SetupStep, UnitHold
from linli.core.platform.plug.form_plan import FormPlan
from linli.core.platform.plug.imports import BadCell, Became, BroughtIn, Import, ImportAsked, ImportColumn, heading_key
from linli.core.platform.plug.matrices import data_matrices, matrices_page, matrix_findings
from linli.core.platform.plug.message_texts import message_template
from linli.core.platform.plug.message_texts import render as render_message
from linli.core.platform.plug.parts import (
    SECTIONS,
    Box,
    CategoryPlan,
    Cover,
    DemoTown,
    Indicator,
    MapLayer,
    MapPoint,
    MenuEntry,
    MessageText,
    Panel,
    Part,
    PublicPages,
    RolePlan,
    Section,
    Setting,
    SourcePlan,
    Subject,
    Subscriber,
    Tile,
)  # fmt: skip
from linli.core.platform.plug.person_service import PersonService
from linli.core.platform.plug.register import (
    Package,
    Subsystem,
    brought,
    check_descriptors,
    check_permission,
    department_commands,
    described_areas,
    flow_parts,
    ledger_parts,
    menu_entries,
    parts,
    permissions,
    register,
    register_area,
    subsystems,
    title_in,
)
from linli.core.platform.plug.search_parts import AskedKind, Found, IndexedKind, SearchKind
from linli.core.platform.rationing.ratelimit import (
    allow,
    count_of,
    counted_above,
    forget_counts,
    network_of,
    only_if_done,
    put_back,
    remove_expired_counts,
    wide_network_of,
)
from linli.core.platform.rationing.turns import password_turn, reading_child
from linli.core.platform.saying.listing import first_of, listed, sentences
from linli.core.platform.saying.refusals import (
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    TooBusy,
    TooMany,
    cleaned,
    in_words,
)
from linli.core.platform.saying.structured_log import StructuredFormatter
from linli.core.platform.sealing.crypto import (
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
from linli.core.platform.sealing.envelope import is_wrapped_now, new_data_key, seal_with, unseal_with, unwrap, wrap
from linli.core.platform.sealing.personal import (
    MaskKind,
    Personal,
    annotation_gaps,
    impersonal_fields,
    mask,
    personal_fields,
)
from linli.core.platform.serving.bodies import BodyReceiver
from linli.core.platform.serving.file_pages import file_response
from linli.core.platform.serving.health import platform_urls, register_gauges
from linli.core.platform.serving.requests import RequestMiddleware, client_address
from linli.core.platform.serving.trouble import language_of, server_error, trouble_of
from linli.core.platform.serving.typed import effect_uuid, typed_position
from linli.core.platform.writing.bound import ask
from linli.core.platform.writing.choosing import choose, choose_default, is_chosen, typed_value, value_of
from linli.core.platform.writing.clock import clock_at, now, shift_clock
from linli.core.platform.writing.dated import DatedRows, in_force, next_change
from linli.core.platform.writing.days import (
    city_zone,
    day_start,
    local_day,
    local_time,
    local_today,
    local_words,
    moment_words,
)
from linli.core.platform.writing.idempotency import (
    Answer,
    DifferentContent,
    digest_of,
    once,
    recall,
    remember,
    row_uuid,
)
from linli.core.platform.writing.jobs.apart import start_apart
from linli.core.platform.writing.jobs.queue import ensure_periodic, work_off
from linli.core.platform.writing.jobs.registry import job, periodic
from linli.core.platform.writing.jobs.worker import last_worker_beat, run_worker
from linli.core.platform.writing.locks import for_update, locked
from linli.core.platform.writing.messages.ports import (
    Letter,
    LogPort,
    Mailer,
    NotAccepted,
    Pusher,
    SmtpMailer,
    Texter,
    mailer_from_url,
    reaches_people,
    use_port,
)
from linli.core.platform.writing.messages.sending import resend_message, send_waiting, stuck_messages
from linli.core.platform.writing.outbox import Event, subscribe
from linli.core.platform.writing.rows import insert_rows, next_id_sql, without_transaction
from linli.core.platform.writing.standing import register_standing, standing
from linli.core.platform.writing.taken import Taken
from linli.core.platform.writing.versions import Versioned, bump, forget_all
from linli.core.platform.writing.work import SYSTEM, Actor, Work, bind_what_stands, current_work, rehearse, write

__all__ = [  # noqa: RUF022 - by room
    # Writing, the unit of work and what commits with it
    "SYSTEM",
    "Actor",
    "Answer",
    "DatedRows",
    "DifferentContent",
    "Event",
    "Letter",
    "LogPort",
    "Mailer",
    "NotAccepted",
    "Pusher",
    "SmtpMailer",
    "Taken",
    "Texter",
    "Versioned",
    "Work",
    "ask",
    "bind_what_stands",
    "bump",
    "choose",
    "choose_default",
    "city_zone",
    "clock_at",
    "current_work",
    "day_start",
    "digest_of",
    "ensure_periodic",
    "for_update",
    "forget_all",
    "in_force",
    "insert_rows",
    "is_chosen",
    "job",
    "last_worker_beat",
    "local_day",
    "local_time",
    "local_today",
    "local_words",
    "locked",
    "mailer_from_url",
    "moment_words",
    "next_change",
    "next_id_sql",
    "now",
    "reaches_people",
    "once",
    "periodic",
    "recall",
    "register_standing",
    "rehearse",
    "remember",
    "resend_message",
    "row_uuid",
    "run_worker",
    "send_waiting",
    "shift_clock",
    "standing",
    "start_apart",
    "stuck_messages",
    "subscribe",
    "typed_value",
    "value_of",
    "use_port",
    "without_transaction",
    "work_off",
    "write",
    # Keeping, files, expiry, the audit trail read, backups
    "BackupRefused",
    "FileRefused",
    "FileTrouble",
    "Finding",
    "Forgotten",
    "KeyStore",
    "KeyStoreTrouble",
    "NoDatabase",
    "ProgramTrouble",
    "StorageFull",
    "check_files",
    "erase_expired",
    "erase_received",
    "key_store",
    "linli_models",
    "make_backup",
    "make_root",
    "newest_backup",
    "open_variant",
    "personal_data_table",
    "reading_child",
    "receive_photo",
    "receive_voice",
    "refuse_missing_database",
    "register_subject",
    "rehearse_restore",
    "remove_orphans",
    "restore_backup",
    "rotate_sealed",
    "unless_clock_runs_ahead",
    "verify",
    "who_did",
    # Serving, what stands around a request
    "BodyReceiver",
    "RequestMiddleware",
    "client_address",
    "effect_uuid",
    "file_response",
    "language_of",
    "platform_urls",
    "register_gauges",
    "server_error",
    "trouble_of",
    "typed_position",
    # Rationing, how much anybody may ask for
    "allow",
    "count_of",
    "counted_above",
    "forget_counts",
    "network_of",
    "only_if_done",
    "password_turn",
    "put_back",
    "remove_expired_counts",
    "wide_network_of",
    # Saying, refusals and names in words
    "BadInput",
    "NotAllowed",
    "NotThere",
    "Refusal",
    "StructuredFormatter",
    "TooBusy",
    "TooMany",
    "cleaned",
    "in_words",
    "first_of",
    "listed",
    "sentences",
    # Sealing, what is personal
    "BlindIndexField",
    "MaskKind",
    "Personal",
    "SealError",
    "SealedField",
    "annotation_gaps",
    "impersonal_fields",
    "blind_index",
    "blind_indexes",
    "is_wrapped_now",
    "keyed_digest",
    "mask",
    "new_data_key",
    "new_field_key",
    "new_secret_key",
    "personal_fields",
    "seal",
    "seal_with",
    "unseal",
    "unseal_with",
    "unwrap",
    "wrap",
    # The plug, what a package brings
    "SECTIONS",
    "Box",
    "BadCell",
    "Became",
    "BroughtIn",
    "Import",
    "ground_files",
    "ImportAsked",
    "ImportColumn",
    "Package",
    "CategoryPlan",
    "CityCheck",
    "DemoTown",
    "Cover",
    "FormPlan",
    "Found",
    "Indicator",
    "Lack",
    "MapLayer",
    "MapPoint",
    "MenuEntry",
    "Message",
    "MessageText",
    "Panel",
    "PersonService",
    "Part",
    "PublicPages",
    "RolePlan",
    "AskedKind",
    "IndexedKind",
    "SearchKind",
    "Section",
    "Setting",
    "SetupStep",
    "SourcePlan",
    "Subject",
    "Subscriber",
    "Subsystem",
    "Tile",
    "UnitHold",
    "brought",
    "check_descriptors",
    "check_permission",
    "data_matrices",
    "department_commands",
    "described_areas",
    "flow_parts",
    "ledger_parts",
    "heading_key",
    "matrices_page",
    "matrix_findings",
    "menu_entries",
    "message_template",
    "parts",
    "permissions",
    "register",
    "register_area",
    "render_message",
    "subsystems",
    "title_in",
    # Models that other areas point at
    "Derivative",
    "StoredFile",
    "StoredFileId",
]
