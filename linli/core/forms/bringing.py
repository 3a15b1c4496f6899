"""The forms that packages bring by the slot `forms` of their descriptors: checked at the start, published for the whole city.

They change with the department alone: the designer shows them, opens and closes them, and makes copies. What a department that was
taken out has brought is retired, and open again when it comes back.
"""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core.areas.public import area_tree
from linli.core.forms.designing import bring_form
from linli.core.forms.models import Form, FormState
from linli.core.forms.reader import read
from linli.core.forms.schema import SchemaRefused, fault_words
from linli.core.forms.subjects import subject_kinds
from linli.core.platform.public import SYSTEM, FormPlan, NotThere, brought, write


def check_brought_forms() -> None:
    """Raises ImproperlyConfigured for a form of a descriptor that cannot be filled in, with all its faults.

    The last app calls it once: only then every kind of subject is known.
    """
    for package, plan in brought(FormPlan):
        where = f"{package.code}: the form {plan.code!r}"
        try:
            with override("en"):
                schema = read(plan.document)
        except SchemaRefused as refused:
            faults = " ".join(fault_words(one) for one in refused.faults)
            raise ImproperlyConfigured(f"{where} is no form. {faults}") from None
        if schema.subject and schema.subject not in subject_kinds():
            raise ImproperlyConfigured(
                f"{where} is filled in about {schema.subject!r}; there are {', '.join(sorted(subject_kinds()))}."
            )


def bring_forms() -> int:
    """Publishes the forms of all packages for the whole city, anew where a document changed; gives how many changed.

    Without an area there is nobody to ask, so nothing is done: whoever brings in the first areas calls it again. Calling it twice
    changes nothing more.
    """
    root = area_tree().root()
    if root is None:
        return 0
    before = {one.code: (one.version_id, one.state, one.for_residents) for one in Form.objects.exclude(origin="")}
    with write(SYSTEM):
        wanted = {plan.code for _package, plan in brought(FormPlan)}
        for package, plan in brought(FormPlan):
            bring_form(
                SYSTEM, code=plan.code, document=plan.document, area_id=root.id, for_residents=plan.for_residents, origin=package.code
            )  # fmt: skip
        Form.objects.exclude(origin="").exclude(code__in=wanted).update(state=FormState.RETIRED)
    after = {one.code: (one.version_id, one.state, one.for_residents) for one in Form.objects.exclude(origin="")}
    return sum(before.get(code) != found for code, found in after.items())


def brought_form(code: str) -> Form:
    """The form that a package brings under this code, as it is published. Raises NotThere before `linli migrate` has published it."""
    found = Form.objects.filter(code=code).exclude(origin="").first()
    if found is None:
        raise NotThere(_("There is no such form, or it is closed."))
    return found
