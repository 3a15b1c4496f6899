"""Forms for people without account: a department puts `resident_urls(…)` among its public pages (docs/adding-a-subsystem.md).

Whoever begins is given a code, which stands in the address and leads back to the sheet until it is over. Beginning, saving and files are
rationed by address; nothing that is known is offered here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.core.desk.public import within_limit
from linli.core.forms.pages.sheets import SheetPages
from linli.core.forms.public import (
    About,
    AnswerSheet,
    Around,
    Form,
    FormState,
    Occasion,
    begin_sheet,
    digest_of_code,
    resume_code,
    schema_of,
    title_of,
    told,
)
from linli.core.platform.public import Actor, Taken, TooMany, effect_uuid, now

BEGUN, SAVED, PER = 20, 300, timedelta(minutes=10)
SHOWN_AFTER = timedelta(days=1)  # what was handed in can be read again, without what is sealed


def _actor(request: HttpRequest) -> Actor:
    return Actor(kind="resident", origin=getattr(request, "origin", ""), request_id=getattr(request, "request_id", ""))


class ResidentForms:
    """The pages of sheets of people without account in one namespace. `mine` says which sheets these are, by columns of AnswerSheet."""

    def __init__(self, space: str, **mine: object) -> None:
        self.mine = mine
        self.pages = SheetPages(
            space=f"{space}:", base="base/public.html", home="", find=self._find, own=lambda *_args: True, actor=_actor,
            access=lambda _request: None,
        )  # fmt: skip

    def _find(self, _request: HttpRequest, key: str) -> AnswerSheet:
        rows = AnswerSheet.objects.filter(resume_digest=digest_of_code(key)).exclude(resume_digest="")
        found = rows.filter(**self.mine).first()
        if found is None or (found.sent_at is not None and now() > found.sent_at + SHOWN_AFTER):
            raise Http404
        return found

    def begin(
        self, request: HttpRequest, form: Form | None, *, occasion: Occasion | None = None, about: About | None = None,
        area_id: int | None = None, around: Around | None = None,
    ) -> HttpResponseBase:  # fmt: skip
        """Says what is asked and begins a sheet, once for each press. Raises Http404 for a form that is not open to residents."""
        if form is None or form.version_id is None or form.state != FormState.OPEN or not form.for_residents:
            raise Http404
        schema = schema_of(form.version_id)
        if request.method == "POST":
            if not within_limit(request, "form-begin", BEGUN, PER):
                said = _("Many forms were begun from your address; go on in ten minutes.")
                raise TooMany(said, retry_after_s=int(PER.total_seconds()))
            uuid = effect_uuid(request)
            with suppress(Taken):  # pressed twice: the code of the first leads to what was begun
                begin_sheet(
                    _actor(request), access=None, uuid=uuid, form_id=form.id, about=about, area_id=area_id, occasion=occasion
                )  # fmt: skip
            return HttpResponseRedirect(self.pages.start(resume_code(uuid), schema))
        purposes = list(dict.fromkeys(one.keeping.purpose for one in schema.questions if one.keeping))
        context = {
            "form_title": title_of(form), "intro": told(schema.intro), "purposes": purposes, "count": len(schema.questions), "around": around,
        }  # fmt: skip
        return render(request, "forms/begin_resident.html", context)

    def urls(self, below: str = "") -> list[URLPattern]:
        """The addresses of one sheet, below a folder."""
        pages = self.pages
        return [
            path(f"{below}<str:key>/", page(pages.sheet_page), name="sheet"),
            path(f"{below}<str:key>/all/", page(rationed(pages.whole_page)), name="sheet-whole"),
            path(f"{below}<str:key>/send/", page(rationed(pages.send_page)), name="sheet-send"),
            path(f"{below}<str:key>/files/<int:file_id>/<str:variant>/", page(pages.file), name="sheet-file"),
            path(f"{below}<str:key>/page/<str:step>/", page(rationed(pages.step_page)), name="sheet-step"),
        ]


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of somebody without account: kept by nothing on the way, found by no search engine."""

    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(shown))


def rationed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What is sent from one address is bounded: a sheet of sixty pages goes through, a machine that writes without end does not."""

    def within(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not within_limit(request, "form-save", SAVED, PER):
            said = _("Much was sent from your address; what was saved stays. Go on in ten minutes.")
            raise TooMany(said, retry_after_s=int(PER.total_seconds()))
        return view(request, *args, **kwargs)

    return within


def resident_urls(code: str, space: str) -> list[URLPattern]:
    """The addresses of the form `code` below whatever they are included in, with the namespace `space` ("shops")."""
    forms = ResidentForms(space, occasion_kind="", form_id__in=Form.objects.filter(code=code).values("id"))

    def begin(request: HttpRequest) -> HttpResponseBase:
        return forms.begin(request, Form.objects.filter(code=code).first())

    return [path("", page(begin), name="begin"), *forms.urls()]
