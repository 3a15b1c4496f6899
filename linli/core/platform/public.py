"""What the areas above may use of `platform`; they import this module and nothing else of it.

The rooms behind it: clock, work (with audit, outbox, messages, jobs), idempotency, versions, crypto, personal data,
files, requests, rate limits, backup, subsystem descriptor.
"""

from linli.core.platform.audit.doers import who_did
from linli.core.platform.audit.roots import make_root
from linli.core.platform.audit.standing import register_standing, standing
from linli.core.platform.audit.subjects import register_subject
from linli.core.platform.audit.verify import Finding, verify
from linli.core.platform.backup import BackupRefused, BackupReport, RestoreReport, make_backup, restore_backup
from linli.core.platform.backup_postgresql import ProgramTrouble
from linli.core.platform.bodies import BodyReceiver
from linli.core.platform.clock import clock_at, now, shift_clock
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
from linli.core.platform.database import NoDatabase, refuse_missing_database
from linli.core.platform.days import city_zone, day_start, local_day, local_time, local_today, moment_words
from linli.core.platform.evidence import erase_received
from linli.core.platform.expiry import erase_expired, linli_models, personal_data_table
from linli.core.platform.file_pages import file_response
from linli.core.platform.files import (
    FileRefused,
    OpenedVariant,
    open_variant,
    receive_photo,
    receive_voice,
    remove_orphans,
)
from linli.core.platform.health import platform_urls, register_gauges
from linli.core.platform.idempotency import Answer, DifferentContent, digest_of, once, recall, remember, row_uuid
from linli.core.platform.jobs.queue import ensure_periodic, work_off
from linli.core.platform.jobs.registry import job, periodic
from linli.core.platform.jobs.worker import last_worker_beat, run_worker
from linli.core.platform.listing import listed
from linli.core.platform.matrices import Matrix, MatrixFinding, data_matrices, matrices_page, matrix_findings
from linli.core.platform.messages.ports import (
    Letter,
    LogPort,
    Mailer,
    NotAccepted,
    Pusher,
    SmtpMailer,
    Texter,
    mailer_from_url,
    use_port,
)
from linli.core.platform.messages.sending import resend_message, send_waiting, stuck_messages
from linli.core.platform.messages.templates import message_template
from linli.core.platform.messages.templates import render as render_message
from linli.core.platform.models import Derivative, StoredFile, StoredFileId
from linli.core.platform.outbox import Event, subscribe
from linli.core.platform.personal import Personal, annotation_gaps, mask
from linli.core.platform.ratelimit import (
    allow,
    count_of,
    forget_counts,
    network_of,
    only_if_done,
    put_back,
    remove_expired_counts,
    wide_network_of,
)
from linli.core.platform.refusals import BadInput, NotAllowed, NotThere, Refusal, TooBusy, TooMany, in_words
from linli.core.platform.rehearsal import newest_backup, rehearse_restore
from linli.core.platform.requests import RequestMiddleware, client_address
from linli.core.platform.rows import Waiting, insert_rows, next_id_sql
from linli.core.platform.sealed_rotation import rotate_sealed
from linli.core.platform.storage import StorageFull
from linli.core.platform.structured_log import StructuredFormatter
from linli.core.platform.subsystem import (
    AreaTables,
    CategoryPlan,
    Indicator,
    MenuEntry,
    ModuleTables,
    RolePlan,
    Subject,
    Subscriber,
    Subsystem,
    check_descriptors,
    check_permission,
    department_commands,
    described_areas,
    indicators,
    menu_entries,
    permissions,
    register,
    register_area,
    subsystems,
    title_in,
)
from linli.core.platform.taken import Taken
from linli.core.platform.trouble import language_of, server_error, trouble_of
from linli.core.platform.turns import password_turn
from linli.core.platform.typed import effect_uuid, typed_position
from linli.core.platform.versions import Versioned, bump, forget_all
from linli.core.platform.wholeness import FilesReport, FileTrouble, check_files
from linli.core.platform.work import SYSTEM, Actor, Work, bind_what_stands, current_work, rehearse, write

__all__ = [
    "SYSTEM",
    "Actor",
    "Answer",
    "AreaTables",
    "BackupRefused",
    "BackupReport",
    "BadInput",
    "BlindIndexField",
    "BodyReceiver",
    "CategoryPlan",
    "Derivative",
    "DifferentContent",
    "Event",
    "FileRefused",
    "FileTrouble",
    "FilesReport",
    "Finding",
    "Indicator",
    "Letter",
    "LogPort",
    "Mailer",
    "Matrix",
    "MatrixFinding",
    "MenuEntry",
    "ModuleTables",
    "NoDatabase",
    "NotAccepted",
    "NotAllowed",
    "NotThere",
    "OpenedVariant",
    "Personal",
    "ProgramTrouble",
    "Pusher",
    "Refusal",
    "RequestMiddleware",
    "RestoreReport",
    "RolePlan",
    "SealError",
    "SealedField",
    "SmtpMailer",
    "StorageFull",
    "StoredFile",
    "StoredFileId",
    "StructuredFormatter",
    "Subject",
    "Subscriber",
    "Subsystem",
    "Taken",
    "Texter",
    "TooBusy",
    "TooMany",
    "Versioned",
    "Waiting",
    "Work",
    "allow",
    "annotation_gaps",
    "bind_what_stands",
    "blind_index",
    "blind_indexes",
    "bump",
    "check_descriptors",
    "check_files",
    "check_permission",
    "city_zone",
    "client_address",
    "clock_at",
    "count_of",
    "current_work",
    "data_matrices",
    "day_start",
    "department_commands",
    "described_areas",
    "digest_of",
    "effect_uuid",
    "ensure_periodic",
    "erase_expired",
    "erase_received",
    "file_response",
    "forget_all",
    "forget_counts",
    "in_words",
    "indicators",
    "insert_rows",
    "job",
    "keyed_digest",
    "language_of",
    "last_worker_beat",
    "linli_models",
    "listed",
    "local_day",
    "local_time",
    "local_today",
    "mailer_from_url",
    "make_backup",
    "make_root",
    "mask",
    "matrices_page",
    "matrix_findings",
    "menu_entries",
    "message_template",
    "moment_words",
    "network_of",
    "new_field_key",
    "new_secret_key",
    "newest_backup",
    "next_id_sql",
    "now",
    "once",
    "only_if_done",
    "open_variant",
    "password_turn",
    "periodic",
    "permissions",
    "personal_data_table",
    "platform_urls",
    "put_back",
    "recall",
    "receive_photo",
    "receive_voice",
    "refuse_missing_database",
    "register",
    "register_area",
    "register_gauges",
    "register_standing",
    "register_subject",
    "rehearse",
    "rehearse_restore",
    "remember",
    "remove_expired_counts",
    "remove_orphans",
    "render_message",
    "resend_message",
    "restore_backup",
    "rotate_sealed",
    "row_uuid",
    "run_worker",
    "seal",
    "send_waiting",
    "server_error",
    "shift_clock",
    "standing",
    "stuck_messages",
    "subscribe",
    "subsystems",
    "title_in",
    "trouble_of",
    "typed_position",
    "unseal",
    "use_port",
    "verify",
    "who_did",
    "wide_network_of",
    "work_off",
    "write",
]
