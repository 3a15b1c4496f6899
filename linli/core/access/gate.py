"""The gate in front of pages of the staff: who is not signed in goes to sign-in, who lacks the permission is told so.

Rows pass `restrict` (selectors.py) or the area's own check behind it; this is only the door of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from linli.core.access.selectors import Access
from linli.core.areas.public import area_tree
from linli.core.platform.public import Actor, NotAllowed, NotThere, check_permission
from linli.lib.outside import LARGEST_ID

Page = Callable[..., HttpResponseBase]


def access_on(request: HttpRequest) -> Access:
    """The Access of a request that passed `staff_page`."""
    return cast(Access, request.access)  # type: ignore[attr-defined]


def actor_on(request: HttpRequest) -> Actor:
    """The person behind a request that passed `staff_page` as the doer of a write."""
    return access_on(request).actor(getattr(request, "origin", ""), getattr(request, "request_id", ""))


def opens_to(access: Access, name: str) -> bool:
    """Whether the page of this URL name opens to somebody, as far as its gate says: asked before a link to it is shown. Raises
    NoReverseMatch for a name that no page without parts of an address has."""
    return leads_to(access, reverse(name))


def leads_to(access: Access, address: str) -> bool:
    """The same of an address of ours, with or without a query. Raises Resolver404 for one that no page has."""
    view = resolve(address.partition("?")[0].partition("#")[0]).func
    permission, whole_city = getattr(view, "gate", ("", False))
    return _holds(access, permission, whole_city=whole_city)


def _holds(access: Access, permission: str, *, whole_city: bool) -> bool:
    if not whole_city:
        return not permission or access.may(permission)
    root = area_tree().root()
    return root is not None and access.may_in_area(permission, root.id)


def staff_page(
    permission: str = "", *, part: bool = False, whole_city: bool = False, enrolling: bool = False
) -> Callable[[Page], Page]:
    """Opens a page to who is signed in and holds `permission` somewhere (empty: every member of the staff), with `whole_city` over all
    of the city, since what is done there holds for all of it.

    Raises ImproperlyConfigured, when the pages are loaded, for a permission that no descriptor declares.

    `part` marks what a script asks for (a fragment, map data): nobody signed in is then 401 instead of a redirect. A
    NotThere that the page raises is 404, a NotAllowed 403. Answers are kept by no shared cache.

    `enrolling` opens the page also to who has to set up a second factor before anything else; they are led to it from all others.
    """

    def around(view: Page) -> Page:
        if permission:
            check_permission(permission, f"The page {view.__module__}.{view.__name__}")

        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            access: Access | None = getattr(request, "access", None)
            waiting: Access | None = getattr(request, "enrolling", None)
            if access is None and waiting is not None and enrolling:
                access = request.access = waiting  # type: ignore[attr-defined]
            if access is None:
                return (
                    HttpResponse(status=401) if part else _to_enrol() if waiting is not None else _to_sign_in(request)
                )
            if not _holds(access, permission, whole_city=whole_city):
                if not access.may(permission):
                    raise PermissionDenied
                raise PermissionDenied(_("This holds for the whole city; your role does not reach that far."))
            if any(isinstance(value, int) and value > LARGEST_ID for value in kwargs.values()):
                raise Http404  # no database has a row of that number, and some cannot even be asked for it
            try:
                response = view(request, *args, **kwargs)
            except NotThere as refusal:
                raise Http404(refusal.sentence) from None
            except NotAllowed as refusal:
                raise PermissionDenied(refusal.sentence) from None
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response

        page.gate = (permission, whole_city)  # type: ignore[attr-defined]
        return page

    return around


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Sign-in, and back to where the person wanted to go; from a form that was sent, back to the page with the form."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else _page_of_form(request)
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': back})}")


def _to_enrol() -> HttpResponseRedirect:
    return HttpResponseRedirect(resolve_url("second-factor"))


def _page_of_form(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; home when the browser does not say."""
    came = urlsplit(request.headers.get("Referer", ""))
    ours = came.netloc == request.get_host() and came.path.startswith("/") and not came.path.startswith("//")
    return f"{came.path}?{came.query}" if ours and came.query else came.path if ours else "/home/"
