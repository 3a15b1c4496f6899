"""The conventions of the API, for the routes of departments and of web.api: who asks, one effect per key, cursors, problems, fields.

A department's `api.py` stands on this door; what joins all routers into one API stands in linli/web/api.
"""

from linli.core.api.answers import answer, as_json, instant, text_answer
from linli.core.api.auth import SIGNED_IN, by_token, person, require, resident_actor, staff_actor, staff_caller
from linli.core.api.cursors import cursor_of, place_of
from linli.core.api.fields import Body, Code, Cursor, Handle, Id, Instant, Lat, Lon, Note, Words, stated
from linli.core.api.files import BYTES, VARIANTS, file_answer, handle_of, parse_files, parse_handle
from linli.core.api.idempotency import Key, answered_before, carried_out
from linli.core.api.problems import MEDIA_TYPE, plain_problem, problem, wants_problem
from linli.core.api.reading import BodyRefused, StrictParser

__all__ = [
    "BYTES",
    "MEDIA_TYPE",
    "SIGNED_IN",
    "VARIANTS",
    "Body",
    "BodyRefused",
    "Code",
    "Cursor",
    "Handle",
    "Id",
    "Instant",
    "Key",
    "Lat",
    "Lon",
    "Note",
    "StrictParser",
    "Words",
    "answer",
    "answered_before",
    "as_json",
    "by_token",
    "carried_out",
    "cursor_of",
    "file_answer",
    "handle_of",
    "instant",
    "parse_files",
    "parse_handle",
    "person",
    "place_of",
    "plain_problem",
    "problem",
    "require",
    "resident_actor",
    "staff_actor",
    "staff_caller",
    "stated",
    "text_answer",
    "wants_problem",
]
