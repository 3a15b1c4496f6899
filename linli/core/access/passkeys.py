"""Passkeys (WebAuthn): set up, used to sign in, taken away. fido2 reads and checks what a browser sends; what it cannot know stands here.

The origin and the name of the site come from the deployment's own address (LINLI_PUBLIC_URL), never from a request. The person is always
verified by the device (finger, face, PIN), so a passkey opens without a password. A question to a device is sealed into the page, holds
for ten minutes and is answered once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
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
from linli.core.platform.public import Actor, BadInput, SealError, Work, allow, now, seal, unseal, write
from linli.lib.outside import LARGEST_ID

MOST_PASSKEYS, LONGEST_ANSWER, ASKED_FOR = 10, 20_000, timedelta(minutes=10)
MADE_TEMPLATE, GONE_TEMPLATE = "passkey_made", "passkey_removed"
_TO_MAKE, _TO_SIGN_IN = "passkey_make", "passkey_sign_in"


def origin_of_site() -> str:
    """Scheme and host of the deployment's own address, as browsers write an origin."""
    address = urlsplit(settings.LINLI_PUBLIC_URL)
    return f"{address.scheme}://{address.netloc}".lower()


def _server() -> Fido2Server:
    host = urlsplit(settings.LINLI_PUBLIC_URL).hostname or ""
    site = PublicKeyCredentialRpEntity(id=host, name="linli")
    return Fido2Server(site, verify_origin=lambda origin: origin == origin_of_site())


def question_to_make(user: User) -> tuple[dict[str, Any], str]:
    """What a browser asks a device to make a passkey for somebody (PublicKeyCredentialCreationOptionsJSON), and its sealed state."""
    person = PublicKeyCredentialUserEntity(id=user.id.to_bytes(8, "big"), name=user.username, display_name=user.display_name)
    options, state = _server().register_begin(
        person,
        [_data_of(one) for one in passkeys_of(user.id)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options)["publicKey"], _sealed(state, f"{_TO_MAKE}:{user.id}")


def question_to_sign_in() -> tuple[dict[str, Any], str]:
    """The same for signing in (PublicKeyCredentialRequestOptionsJSON); the device offers the passkeys that it has for this site."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options)["publicKey"], _sealed(state, _TO_SIGN_IN)


def _sealed(state: Mapping[str, Any], purpose: str) -> str:
    return seal(json.dumps({**state, "at": now().isoformat()}), purpose)


def _opened(text: str, purpose: str) -> dict[str, Any] | None:
    """The state of a question that this deployment asked within ten minutes and that was not answered before."""
    try:
        state: dict[str, Any] = json.loads(unseal(text, purpose))
    except (SealError, ValueError):
        return None
    asked_at = datetime.fromisoformat(state.pop("at"))
    fresh = timedelta(0) <= now() - asked_at <= ASKED_FOR
    return state if fresh and allow("passkey answer", state["challenge"], 1, timedelta(days=1)) else None


def passkeys_of(user_id: int) -> list[Passkey]:
    """The passkeys of somebody, oldest first."""
    return list(Passkey.objects.filter(user_id=user_id).order_by("id"))


def _data_of(row: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(row.credential))


def make_passkey(actor: Actor, *, user: User, name: str, answer: str, state: str) -> list[str]:
    """Keeps a passkey that a device made; gives the recovery codes if it is the first second factor, else none. Every session ends.

    Raises BadInput for an answer that is none to this person's question, Taken for a passkey that is kept already.
    """
    data = _made(answer, _opened(state, f"{_TO_MAKE}:{user.id}"))
    with write(actor) as work:
        if len(passkeys_of(user.id)) >= MOST_PASSKEYS:
            raise BadInput(_("You have %s passkeys; take one away that is not used any more.") % MOST_PASSKEYS)
        credential = data.credential_data
        if credential is None:
            raise _too_old()
        row = Passkey.objects.create(
            user=user, name=name, credential_id=websafe_encode(credential.credential_id), credential=bytes(credential),
            counter=data.counter, made_at=work.now,
        )  # fmt: skip
        work.stands(Passkey, row.id)
        codes = first_codes(work, user)
        end_sessions(work, user)
        work.audit(chain_of(user), "passkey.make", "user", user.id, {"passkey": row.id})
        tell(work, user, MADE_TEMPLATE, passkey=name)
    return codes


def _made(answer: str, state: dict[str, Any] | None) -> AuthenticatorData:
    if state is None:
        raise _too_old()
    try:
        response = RegistrationResponse.from_dict(_read(answer))
        if response.response.client_data.cross_origin:
            raise ValueError("asked from a frame of another site")
        return _server().register_complete(state, response)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError):
        raise BadInput(_("The device's answer does not fit. Try again."), code="passkey") from None


def _too_old() -> BadInput:
    return BadInput(_("This page is too old; load it again and try once more."), code="passkey")


def _read(answer: str) -> dict[str, Any]:
    found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    if not isinstance(found, dict):
        raise ValueError("no answer")  # noqa: TRY004 - what came from outside has the wrong value
    return found


def pass_with_passkey(*, answer: str, state: str, origin: str = "") -> User | None:
    """The account that a passkey opens, else None; the person was verified by the device, so no second step follows. Raises nothing.

    A counter that does not grow, on a device that
    counts, is a copy of the passkey and opens nothing.
    """
    opened = _opened(state, _TO_SIGN_IN)
    row, counter = _answered(answer, opened) if opened is not None else (None, 0)
    if row is not None and row.user.is_active:
        actor = Actor(kind="user", user_id=row.user_id, unit_id=row.user.unit_id, origin=origin)
        with write(actor) as work:
            if _count_on(work, row, counter):
                User.objects.filter(id=row.user_id).update(last_login=work.now)
                work.audit(chain_of(row.user), "sign_in", "user", row.user_id, {"by": "passkey", "passkey": row.id})
                return row.user
    with write(Actor(kind="system", origin=origin)) as work:
        chain, subject = (chain_of(row.user), str(row.user_id)) if row is not None else ("city", "")
        work.audit(chain, "sign_in.passkey_failed", "user", subject, {})
    return None


def _answered(answer: str, state: dict[str, Any]) -> tuple[Passkey | None, int]:
    try:
        response = AuthenticationResponse.from_dict(_read(answer))
        row = Passkey.objects.filter(credential_id=response.id).select_related("user").first()
        if row is None or response.response.client_data.cross_origin:
            return None, 0
        handle = response.response.user_handle
        if handle is not None and handle != row.user_id.to_bytes(8, "big"):
            return None, 0
        _server().authenticate_complete(state, [_data_of(row)], response)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError):
        return None, 0
    return row, response.response.authenticator_data.counter


def _count_on(work: Work, row: Passkey, counter: int) -> bool:
    """Notes the use; False for a counter that did not grow. Devices that do not count send 0 for ever."""
    rows = Passkey.objects.filter(id=row.id)
    rows = rows.filter(counter__lt=counter) if counter else rows.filter(counter=0)
    return bool(rows.update(counter=min(counter, LARGEST_ID), used_at=work.now))


def remove_passkey(actor: Actor, *, user: User, passkey_id: int) -> bool:
    """Takes one of somebody's own passkeys away; False where there is none. Every session ends. With the last second factor the recovery
    codes go too."""
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


