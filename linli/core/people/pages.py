"""The page by which somebody inside a service is found by their whole number; each service of `Person` has one, and no page lists people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.core.access.public import access_on, actor_on, staff_page
from linli.core.areas.public import place
from linli.core.desk.public import DeskForm, LineField
from linli.core.people.public import FoundPerson, look_up_for, looked_up_services, numbers_of
from linli.core.platform.public import PersonService, Refusal, title_in

BY = {
    "phone": gettext_lazy("Telephone"), "mail": gettext_lazy("Mail address"), "citizen_number": gettext_lazy("Citizen number"),
}  # fmt: skip


class LookUpForm(DeskForm):
    """By what somebody is found, and what for."""

    names: ClassVar = dict.fromkeys(BY, "value")
    by = forms.ChoiceField(label=gettext_lazy("Found by"))
    value = LineField(
        label=gettext_lazy("Whole number or address"),
        max_length=254,
        help_text=gettext_lazy("A part of it finds nobody."),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What you need it for"), widget=forms.RadioSelect)

    def __init__(self, request: HttpRequest, service: PersonService) -> None:
        super().__init__(request)
        self.fields["by"].choices = [(name, BY[name]) for name in numbers_of(service)]  # type: ignore[attr-defined]
        purposes = [(code, title_in(titles)) for code, titles in service.purposes.items()]
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]


def look_up_page(request: HttpRequest, service: PersonService) -> HttpResponse:
    """Asks, and shows whom it found, masked. Each press is a look-up and stands on record as one."""
    form, found = LookUpForm(request, service), list[FoundPerson]()
    done = False
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            found = look_up_for(
                actor_on(request), access_on(request), service=service.code, name=given["by"], text=given["value"],
                purpose=given["purpose"],
            )  # fmt: skip
            done = True
        except Refusal as refusal:
            form.refuse(refusal)
    context: dict[str, Any] = {
        "form": form, "title": title_in(service.look_up_titles), "done": done, "found": [(one, place(one.area_id)) for one in found],
    }  # fmt: skip
    return render(request, "people/look_up.html", context, status=form.status)


def _page_of(service: PersonService) -> Callable[..., HttpResponse]:
    def page(request: HttpRequest) -> HttpResponse:
        return look_up_page(request, service)

    page.__name__, page.__doc__ = f"look_up_{service.code}", look_up_page.__doc__
    gate: Callable[..., Any] = staff_page(service.permission)
    made: Callable[..., HttpResponse] = never_cache(require_http_methods(["GET", "HEAD", "POST"])(gate(page)))
    return made


def people_urls() -> list[URLPattern]:
    """The page of each service of `Person`, below /services/<code>/."""
    return [
        path(f"services/{one.code}/look-up/", _page_of(one), name=one.look_up_name) for one in looked_up_services()
    ]  # fmt: skip
