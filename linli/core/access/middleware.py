"""Puts the signed-in person's Access on the request, in one statement, and the language of the request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from linli.core.access.factor_rules import overdue
from linli.core.access.selectors import Access, access_by_token, access_of
from linli.core.platform.public import language_of, now

Handler = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY_S = 300


class SignInMiddleware:
    """Sets `request.access` (Access or None) from the session cookie, or from `Authorization: Bearer`.

    A session whose epoch is older than the account's was ended by "sign out everywhere" and is dropped. Who should have set up a second
    factor by now stands on `request.enrolling` instead and is nobody anywhere, but for the page on which it is done.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.enrolling = None  # type: ignore[attr-defined]
        request.access = self._access(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _access(self, request: HttpRequest) -> Access | None:
        bearer = request.headers.get("Authorization", "")
        if bearer.startswith("Bearer "):
            return access_by_token(bearer[7:].strip())
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user_id = request.session.get(SESSION_KEY)
        if not user_id:
            return None
        found = access_of(int(user_id))
        if found is None or request.session.get("epoch") != found[1]:
            request.session.flush()
            return None
        instant = now()
        if instant.timestamp() - request.session.get("seen", 0) > SEEN_EVERY_S:
            request.session["seen"] = instant.timestamp()  # saves the session, which notes when it was last used
        if overdue(found[0]):
            request.enrolling = found[0]  # type: ignore[attr-defined]
            return None
        return found[0]


class LanguageMiddleware:
    """Activates the language: the cookie's choice, else the browser's first known one, else Simplified Chinese."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
