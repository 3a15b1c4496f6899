"""Why a case is with its unit: the rule that decided; and after a re-routing by hand the offer to make it a rule."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import access_on, staff_page, unit_title
from linli.core.cases.pages.case_page import the_case
from linli.core.cases.public import as_rule, routed
from linli.core.cases.reading.words import case_title
from linli.core.configuration.public import may_change, tables


@require_GET
@staff_page("case.view")
def why_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The rule, in a sentence, as it held when the case was filed (before: reported)."""
    access, case = access_on(request), the_case(request, case_id)
    found, table = routed(case), tables()["routing"]
    wanted = as_rule(case) if found.went_elsewhere and may_change(access, table) else {}
    given = {**wanted, "reason": _("As case %s was routed by hand") % (case.number or case.id)}
    context = {
        "case": case, "title": case_title(case), "found": found, "unit": unit_title(case.handling_unit_id),
        "rule": table.sentence(found.rule) if found.rule is not None else "",
        "rule_url": f"{reverse('configuration-row', args=['routing'])}?{urlencode({'key': found.key})}"
        if found.rule is not None and access.may(table.permission) else "",
        "make_url": f"{reverse('configuration-edit', args=['routing'])}?{urlencode(given)}" if wanted else "",
    }  # fmt: skip
    return render(request, "cases/why.html", context)
