"""What concerns the person who asks: who am I, my tokens, my sessions, my figures, and the empty handler that speed is measured by."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router

from linli.core.access.public import (
    ApiToken,
    Session,
    User,
    make_token,
    revoke_token,
    sign_out_everywhere,
    token_digest,
    tokens_of,
    unit_title,
)
from linli.core.api.public import Id, Key, answer, by_token, carried_out, instant, person, staff_actor, text_answer
from linli.core.areas.public import area_tree
from linli.core.cases.public import home_counts
from linli.core.platform.public import (
    BadInput,
    NotAllowed,
    NotThere,
    Work,
    cleaned,
    day_start,
    local_today,
    now,
)
from linli.web.api import schemas
from linli.web.api.bodies import EndAll, NewToken

router = Router(tags=["me"])


@router.get("/ping", response={200: schemas.Pong}, url_name="ping", operation_id="ping", summary="Nothing, signed in")
def ping(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - an endpoint's form
    """Does what every request does and no more; what other endpoints cost is measured beside it."""
    return text_answer("{}")


@router.get("/me", response={200: schemas.MeOut}, url_name="me", operation_id="getMe", summary="Who I am")
def me(request: HttpRequest) -> HttpResponse:
    """The person behind the token or session, and what they may do where."""
    access = person(request)
    areas = area_tree().nodes
    return answer(
        {
            "user_id": access.user_id,
            "display_name": access.display_name,
            "unit_id": access.unit_id,
            "unit": unit_title(access.unit_id),
            "language": access.language,
            "grants": [
                {
                    "role": grant.role,
                    "area_code": areas[grant.area_id].code if grant.area_id in areas else "",
                    "unit_id": grant.unit_id,
                    "permissions": sorted(grant.permissions),
                }
                for grant in access.grants
            ],
        }
    )


@router.get("/home", response={200: schemas.HomeOut}, url_name="home", operation_id="getHome", summary="My figures")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is late, today's numbers."""
    counts = home_counts(person(request), day_start=day_start(local_today()))
    return answer(
        {
            name: getattr(counts, name)
            for name in ("waiting", "late", "amber", "open", "reported_today", "closed_today", "by_state")
        }
    )


@router.get(
    "/me/tokens", response={200: schemas.TokenList}, url_name="tokens", operation_id="listTokens", summary="My tokens"
)
def tokens(request: HttpRequest) -> HttpResponse:
    """Those in force, without their texts, which nobody keeps."""
    return answer({"tokens": [_token(row) for row in tokens_of(person(request).user_id)]})


@router.post(
    "/me/tokens",
    response={201: schemas.TokenMade},
    url_name="make-token",
    operation_id="makeToken",
    summary="Make a token",
)
def make(request: HttpRequest, key: Key, body: NewToken) -> HttpResponse:
    """Only with a session: a token that fell into wrong hands cannot make others. Its text is shown this once."""
    if by_token(request):
        raise NotAllowed(_("Sign in with the browser to make a token; a token makes no others."), code="session_needed")
    user = User.objects.get(id=person(request).user_id)
    name = cleaned("name", body.name, max_chars=80, lines=False)
    if not name:
        raise BadInput(_("Give the token a name by which you will know it."), field="name")
    shown: dict[str, str] = {}

    def effect(work: Work) -> dict[str, Any]:
        token, shown["token"] = make_token(work.actor, user=user, name=name, days=body.days)
        return {**_token(token), "token": None}

    return carried_out(
        request,
        actor=staff_actor(request),
        key=key,
        effect=effect,
        shown_once=lambda kept: {**kept, **shown},
    )


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "created_at": instant(row.created_at),
        "expires_at": instant(row.expires_at),
    }


@router.delete(
    "/me/tokens/{int:token_id}",
    response={204: None},
    url_name="revoke-token",
    operation_id="revokeToken",
    summary="End a token",
)
def revoke(request: HttpRequest, token_id: Annotated[Id, Path()]) -> HttpResponse:
    """Ends one of my tokens at once. Again: nothing more happens."""
    token = ApiToken.objects.filter(id=token_id, user_id=person(request).user_id).first()
    if token is None:
        raise NotThere(_("You have no such token."))
    revoke_token(staff_actor(request), token=token)
    return HttpResponse(status=204)


@router.get(
    "/me/sessions",
    response={200: schemas.SessionList},
    url_name="sessions",
    operation_id="listSessions",
    summary="Where I am signed in",
)
def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers that are signed in with my account."""
    own_key = "" if by_token(request) else request.session.session_key
    rows = Session.objects.filter(user_id=person(request).user_id, expire_date__gt=now()).order_by("-seen_at")
    return answer(
        {
            "sessions": [
                {
                    "id": token_digest(row.session_key),
                    "started_at": instant(row.started_at),
                    "seen_at": instant(row.seen_at),
                    "origin": row.origin,
                    "device": row.device,
                    "current": row.session_key == own_key,
                }
                for row in rows
            ]
        }
    )


@router.post(
    "/me/sessions/end-all",
    response={201: schemas.Ended},
    url_name="end-sessions",
    operation_id="endSessions",
    summary="Sign out everywhere",
)
def end_all(request: HttpRequest, key: Key, body: EndAll) -> HttpResponse:
    """Ends every session of my account, also this one, and all my tokens unless `keep_tokens` says otherwise."""
    user_id = person(request).user_id
    response = carried_out(
        request,
        actor=staff_actor(request),
        key=key,
        effect=lambda work: {"ended": sign_out_everywhere(work.actor, user_id=user_id, tokens=not body.keep_tokens)},
    )
    if not by_token(request):
        request.session.flush()  # its row is gone; the cookie goes too
    return response
