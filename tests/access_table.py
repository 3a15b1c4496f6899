"""One table for all routes: who gets which status. Pages and API add their entries; tests/test_access_table.py asks them all.

An entry names a route, a method, how to ask it, and for every person of the test city (role × scope) and for nobody the
status that they get. `own` and `other` come from the scopes: `acceptance` has the street of the case, `other_acceptance` the
next street, `far_acceptance` another district; `handler` is of the unit that handles it, `other_handler` of another one.

To add a surface: write `entries(city) -> list[Entry]` in tests/<surface>/access_table.py, for a department in the
tests/access_table.py of its own folder; it is found there. A route without
an entry fails the suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.core.access.public import User
from linli.core.access.session_store import SessionStore
from tests.city import TestCity

# The modules that bring entries.
ROOT = Path(__file__).parents[1]
TABLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for pattern in ("tests/*/access_table.py", "linli/subsystems/*/tests/access_table.py")
    for path in ROOT.glob(pattern)
)

NOBODY = "nobody"
PEOPLE = (
    "worker", "other_worker", "acceptance", "other_acceptance", "far_acceptance", "dispatcher", "verifier", "handler",
    "other_handler", "clerk", "supervisor", "leader", "administrator", "auditor", "all_roles",
)  # fmt: skip
# Whose roles `all_roles` has in one hand: unless an entry says otherwise, what one of these may do, they may do.
ROLES_IN_ONE_HAND = ("worker", "acceptance", "dispatcher", "verifier", "handler", "supervisor", "leader")
# What is done stands before what is refused for its content, what is refused to the person, what is hidden from them.
_RANK = (200, 201, 204, 302, 422, 409, 403, 404, 401, 405)
WHO = (NOBODY, *PEOPLE)

Ask = Callable[[Client], HttpResponse]


@dataclass(frozen=True)
class Entry:
    """How a route is asked with a method, and what everybody gets. `ask` gets a client in which the person is signed in."""

    route: str  # the name of the route with its namespace, such as "api:case"
    method: str
    ask: Ask
    expected: dict[str, int]
    note: str = ""  # what is special about this asking, when a route has several entries

    def __post_init__(self) -> None:
        best = min((self.expected[who] for who in ROLES_IN_ONE_HAND), key=_RANK.index)
        object.__setattr__(self, "expected", {"all_roles": best, **self.expected})
        missing, unknown = set(WHO) - set(self.expected), set(self.expected) - set(WHO)
        if missing or unknown:
            raise ValueError(
                f"{self.route} {self.method}: no status for {sorted(missing)}, nobody is {sorted(unknown)}"
            )


def each(status: int, **others: int) -> dict[str, int]:
    """Everybody gets `status`, but for those who are named; nobody (not signed in) must be named."""
    return _unless_said(dict.fromkeys(WHO, status) | {NOBODY: others["nobody"]}, others)


def only(status: int, *people: str, otherwise: int = 403, nobody: int = 401, **others: int) -> dict[str, int]:
    """The people named get `status`, the others `otherwise`."""
    return _unless_said(dict.fromkeys(PEOPLE, otherwise) | dict.fromkeys(people, status) | {NOBODY: nobody}, others)


def _unless_said(expected: dict[str, int], others: dict[str, int]) -> dict[str, int]:
    """With what was said of single people; `all_roles` is left to follow from these."""
    return {who: status for who, status in expected.items() if who != "all_roles"} | others


def entries(city: TestCity) -> list[Entry]:
    """Every entry of every table."""
    return [entry for name in TABLES for entry in import_module(name).entries(city)]


def routes() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every named route of the deployment: its name with namespaces, its pattern, its view. A nameless one has its pattern."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, space: str, before: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            own = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, own, address)
        elif isinstance(pattern, URLPattern):
            yield space + (pattern.name or address), address, pattern.callback


def signed_in(client: Client, user: User) -> Client:
    """Signs a person in as the sign-in page does: a session with the account's epoch."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store["epoch"] = User.objects.values_list("session_epoch", flat=True).get(pk=user.pk)
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    return client


def session_of(user: User) -> str:
    """The key of a session of a person, for `Client.cookies`."""
    return signed_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value


def asked_by(entry: Entry) -> Iterable[str]:
    """Who asks: everybody; on PostgreSQL one person for each answer that there is.

    Who may what is decided by the same lines of Python on both databases, so the second one is asked each statement behind an answer,
    not each person once more.
    """
    if connection.vendor == "sqlite":
        return WHO
    return {entry.expected[who]: who for who in reversed(WHO)}.values()


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside is rolled back, so that one person's asking leaves the city as it was for the next. What the process keeps
    in memory is dropped after whoever wrote something; nothing else can have changed it."""
    from linli.core.platform.public import forget_all

    block = transaction.atomic()
    # As Django's own test cases mark theirs: a write's durable transaction may then stand inside.
    block._from_testcase = True  # type: ignore[attr-defined]
    written = []

    def note(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if not sql.lstrip().startswith(READING):
            written.append(sql)
        return execute(sql, *more)

    with block, connection.execute_wrapper(note):
        yield
        transaction.set_rollback(True)
    if written:
        forget_all()


READING = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
