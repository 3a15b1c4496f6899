"""Passkeys (WebAuthn): made, used to sign in, taken away. fido2 reads and checks what a browser sends; what it cannot know stands here.

Origin and name of the site come from the deployment's own address (LINLI_PUBLIC_URL), never from a request. The device verifies the
person (finger, face, PIN), so a passkey opens without a password, and as the second step after one. A question to a device is sealed into
the page and kept nowhere: strangers who load pages leave nothing behind. It holds for ten minutes and is answered once.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from linli.core.access.models import Passkey, User
from linli.core.access.second_factor import drop_codes_if_last, end_sessions, first_codes, tell
from linli.core.access.services import chain_of
from linli.core.platform.public import Actor, BadInput, SealError, Work, now, seal, unseal, write

MOST_PASSKEYS, LONGEST_ANSWER, LONGEST_ID, ASKED_FOR = 10, 20_000, 1023, timedelta(minutes=10)
MADE_TEMPLATE, GONE_TEMPLATE = "passkey_made", "passkey_removed"
_TO_MAKE, _TO_SIGN_IN = "passkey_make", "passkey_sign_in"
# What the parsers of JSON, CBOR and keys raise for bytes that somebody made up.
_BROKEN = (
    ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RecursionError, NotImplementedError, struct.error,
    UnsupportedAlgorithm,
)  # fmt: skip


class Question(NamedTuple):
    """What a page asks a device: `options` as browsers take them (WebAuthn, JSON), `state` comes back sealed with the answer."""

    options: dict[str, Any]
    state: str


class _Asked(NamedTuple):
    """A question of ours that an answer brought back."""

    state: dict[str, Any]
    at: datetime
    name: str


def origin_of_site() -> str:
    """Scheme, host and port of the deployment's own address, as browsers write an origin."""
    address = urlsplit(settings.LINLI_PUBLIC_URL)
    return f"{address.scheme}://{address.netloc}".lower()


def _server() -> Fido2Server:
    host = urlsplit(settings.LINLI_PUBLIC_URL).hostname or ""
    site = PublicKeyCredentialRpEntity(id=host, name="linli")
    return Fido2Server(site, verify_origin=lambda origin: origin == origin_of_site())


def question_to_make(user: User, name: str) -> Question:
    """What asks a device for a passkey of this name. Who calls it has asked for the person's password."""
    person = PublicKeyCredentialUserEntity(id=_handle(user.id), name=user.username, display_name=user.display_name)
    options, state = _server().register_begin(
        person,
        [_credential(one) for one in passkeys_of(user.id)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(dict(options)["publicKey"], _sealed(state, _to_make(user), name))


def question_to_sign_in(user_id: int | None = None) -> Question:
    """What asks a device to sign in: whoever it knows here, or as the second step of one person."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return Question(dict(options)["publicKey"], _sealed(state, _to_sign_in(user_id)))


def _to_make(user: User) -> str:
    """The epoch grows with each passkey that is made, so a question makes one."""
    return f"{_TO_MAKE}:{user.id}:{user.session_epoch}"


def _to_sign_in(user_id: int | None) -> str:
    return f"{_TO_SIGN_IN}:{user_id or ''}"


def _handle(user_id: int) -> bytes:
    """How devices know whose passkey it is."""
    return user_id.to_bytes(8, "big")


def _sealed(state: Mapping[str, Any], purpose: str, name: str = "") -> str:
    return seal(json.dumps({"state": dict(state), "at": now().isoformat(), "name": name}), purpose)


def _opened(text: str, purpose: str) -> _Asked | None:
    """A question that this deployment asked for this purpose within ten minutes."""
    try:
        said = json.loads(unseal(text[:LONGEST_ANSWER], purpose))
    except (SealError, ValueError):
        return None
    asked = _Asked(said["state"], datetime.fromisoformat(said["at"]), said["name"])
    return asked if timedelta(0) <= now() - asked.at <= ASKED_FOR else None


def passkeys_of(user_id: int) -> list[Passkey]:
    """The passkeys of somebody, oldest first."""
    return list(Passkey.objects.filter(user_id=user_id).order_by("id"))


def _credential(row: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(row.credential))


def make_passkey(actor: Actor, *, user: User, answer: str, state: str) -> list[str]:
    """Keeps a passkey that a device made; gives the recovery codes if it is the first second factor, else none. Every session ends.

    Raises BadInput for an answer that is none to this person's question and for one passkey too many, Taken for one that is kept already.
    """
    asked = _opened(state, _to_make(user))
    if asked is None:
        raise BadInput(_("This page is too old. Begin once more."))
    made = _made(answer, asked.state)
    credential = made.credential_data
    assert credential is not None  # noqa: S101 - _made refuses one without; for the type checker
    with write(actor) as work:
        check_room(user)
        row = Passkey.objects.create(
            user=user, name=asked.name, credential_id=websafe_encode(credential.credential_id), credential=websafe_encode(credential),
            counter=made.counter, asked_at=asked.at, made_at=work.now,
        )  # fmt: skip
        work.stands(Passkey, row.id)
        codes = first_codes(work, user)
        end_sessions(work, user)
        work.audit(chain_of(user), "passkey.make", "user", user.id, {"passkey": row.id})
        tell(work, user, MADE_TEMPLATE, passkey=asked.name)
    return codes


def check_room(user: User) -> None:
    """Raises BadInput for somebody who has as many passkeys as anybody may."""
    if len(passkeys_of(user.id)) >= MOST_PASSKEYS:
        raise BadInput(_("You have %s passkeys. Take one away that you do not use any more.") % MOST_PASSKEYS)


def _made(answer: str, state: Mapping[str, Any]) -> AuthenticatorData:
    try:
        response = RegistrationResponse.from_dict(_read(answer))
        found = _server().register_complete(state, response)
        credential = found.credential_data
        if _in_a_frame(response) or credential is None or isinstance(credential.public_key, UnsupportedKey):
            raise ValueError("not what was asked for")
        if len(credential.credential_id) > LONGEST_ID:
            raise ValueError("longer than the standard allows")
    except _BROKEN:
        raise BadInput(_("The device's answer does not fit. Begin once more.")) from None
    return found


def _in_a_frame(response: RegistrationResponse | AuthenticationResponse) -> bool:
    """Whether a page of another site had asked, in a frame."""
    return bool(response.response.client_data.cross_origin)


def _read(answer: str) -> dict[str, Any]:
    found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    if not isinstance(found, dict):
        raise ValueError("no answer")  # noqa: TRY004 - what came from outside has the wrong value
    return found


def pass_with_passkey(*, answer: str, state: str, user_id: int | None = None, origin: str = "") -> User | None:
    """The account that a passkey opens, else None; with `user_id` only that person's does. No further step follows. Raises nothing.

    Of two that bring one answer at the same moment one gets in. On a device that counts its answers, a count that does not grow
    is that of a copy and opens nothing.
    """
    asked = _opened(state, _to_sign_in(user_id))
    row, counter = _answered(answer, asked.state) if asked is not None else (None, 0)
    if asked is not None and row is not None and row.user.is_active and user_id in (None, row.user_id):
        actor = Actor(kind="user", user_id=row.user_id, unit_id=row.user.unit_id, origin=origin)
        with write(actor) as work:
            if _use(work, row, counter, asked.at):
                User.objects.filter(id=row.user_id).update(last_login=work.now)
                work.audit(chain_of(row.user), "sign_in", "user", row.user_id, {"by": "passkey", "passkey": row.id})
                return row.user
    with write(Actor(kind="system", origin=origin)) as work:
        chain, subject = (chain_of(row.user), str(row.user_id)) if row is not None else ("city", "")
        work.audit(chain, "sign_in.passkey_failed", "user", subject, {})
    return None


def _answered(answer: str, state: Mapping[str, Any]) -> tuple[Passkey | None, int]:
    """The passkey that gave this answer to this question, and the count of its device."""
    try:
        response = AuthenticationResponse.from_dict(_read(answer))
        row = Passkey.objects.filter(credential_id=response.id).select_related("user").first()
        if row is None or _in_a_frame(response) or response.response.user_handle not in (None, _handle(row.user_id)):
            return None, 0
        _server().authenticate_complete(state, [_credential(row)], response)
    except _BROKEN:
        return None, 0
    return row, response.response.authenticator_data.counter


def _use(work: Work, row: Passkey, counter: int, asked_at: datetime) -> bool:
    """Notes the use; False for a question that was answered before, and for a count that does not grow. Some devices say 0 for ever."""
    grown = Q(counter__lt=counter) if counter else Q(counter=0)
    rows = Passkey.objects.filter(grown, id=row.id, asked_at__lt=asked_at)
    return bool(rows.update(counter=counter, asked_at=asked_at, used_at=work.now))


def remove_passkey(actor: Actor, *, user: User, passkey_id: int) -> bool:
    """Takes one of somebody's own passkeys away; False where there is none. Every session ends.

    With the last second factor the recovery codes go too. Who calls it has asked for the person's password.
    """
    with write(actor) as work:
        row = Passkey.objects.filter(id=passkey_id, user=user).first()
        if row is None:
            return False
        Passkey.objects.filter(id=row.id).delete()
        work.stands(Passkey, row.id)
        drop_codes_if_last(work, user)
        end_sessions(work, user)
        work.audit(chain_of(user), "passkey.remove", "user", user.id, {"passkey": row.id})
        tell(work, user, GONE_TEMPLATE, passkey=row.name)
    return True
