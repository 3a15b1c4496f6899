"""Who asks: a token in the header, or the session of a signed-in browser. Both act with the scopes of their user.

SignInMiddleware has looked the person up, in one statement; here it is decided whether the way in was a right one.
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from linli.core.access.public import Access
from linli.core.platform.public import Actor, NotAllowed

_SAFE = ("GET", "HEAD", "OPTIONS")


class Token(HttpBearer):
    """`Authorization: Bearer linli_…`, made on the page "my tokens" or by POST /me/tokens."""

    def __call__(self, request: HttpRequest) -> Access | None:
        return access_on(request) if by_token(request) else None

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Not reached: the middleware looked the token up."""
        raise NotImplementedError


class Session(APIKeyCookie):
    """The cookie of a signed-in browser. Whatever is not a reading method needs the CSRF token too (X-CSRFToken)."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Access | None:
        access = access_on(request)
        if access is None or by_token(request):
            return None
        if request.method not in _SAFE and check_csrf(request) is not None:
            raise NotAllowed(_("The page is too old; load it again and repeat what you did."), code="csrf")
        return access

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Not reached: the middleware looked the session up."""
        raise NotImplementedError


SIGNED_IN = [Token(), Session()]


def by_token(request: HttpRequest) -> bool:
    """Whether the request names a token; its session cookie, if any, then counts for nothing.

    Asked in the words of SignInMiddleware: any other header Authorization leaves the session as the way in, with its CSRF
    token, or a page elsewhere could write in the person's name.
    """
    return request.headers.get("Authorization", "").startswith("Bearer ")


def access_on(request: HttpRequest) -> Access | None:
    """The signed-in person or None."""
    return cast("Access | None", getattr(request, "access", None))


def person(request: HttpRequest) -> Access:
    """The signed-in person of an endpoint that nobody else reaches."""
    access = access_on(request)
    if access is None:
        raise RuntimeError("An endpoint without sign-in asked for the person.")
    return access


def staff_actor(request: HttpRequest) -> Actor:
    """The signed-in person as the doer of a write."""
    return person(request).actor(getattr(request, "origin", ""), getattr(request, "request_id", ""))


def resident_actor(request: HttpRequest) -> Actor:
    """Somebody without account as the doer of a write."""
    return Actor(kind="resident", origin=getattr(request, "origin", ""), request_id=getattr(request, "request_id", ""))


def staff_caller(request: HttpRequest) -> str:
    """Whose handles of files: the person's, by token and by session alike."""
    return f"user:{person(request).user_id}"


def require(request: HttpRequest, permission: str) -> Access:
    """The person, who must hold a permission somewhere. Raises NotAllowed."""
    access = person(request)
    if not access.may(permission):
        raise NotAllowed(_("Your role does not include this."))
    return access
