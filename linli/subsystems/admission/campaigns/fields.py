"""Fields of a campaign: the form that is filled in, and the admission on which it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import Chooser, Offer
from linli.core.forms.public import Form, forms_designed, forms_to_fill, title_of
from linli.core.platform.public import local_today
from linli.subsystems.admission.admissions.models import Admission
from linli.subsystems.admission.periods import Every


class FormField(Chooser[Form]):
    """A form that is open, of those that the person designs or fills in; cleaned to the Form. The newest stand first."""

    unknown = pgettext_lazy("admission", "No open form of yours is called “%s”; choose from the list.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": pgettext_lazy("admission", "Form"), **kwargs})

    def offers(self, access: Access) -> Iterable[Offer[Form]]:
        """The forms, in one statement."""
        mine = Q(id__in=forms_to_fill(access).values("id")) | Q(id__in=forms_designed(access).values("id"))
        found = Form.objects.filter(mine, state="open").order_by("-id")[:200]
        return [Offer(form.code, title_of(form), form, title_of(form)) for form in found]


class AdmissionField(Chooser[Admission]):
    """An admission for campaigns of the person's own unit that holds; cleaned to the Admission."""

    unknown = pgettext_lazy(
        "admission", "Your unit has no admission for campaigns that is called “%s”; choose from the list."
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": pgettext_lazy("admission", "Admission that it stands on"), "required": False, **kwargs}
        )

    def offers(self, access: Access) -> Iterable[Offer[Admission]]:
        """The admissions, in one statement."""
        held = Admission.objects.filter(
            unit_id=access.unit_id,
            unit_id__isnull=False,
            state="admitted",
            every=Every.CAMPAIGN,
            last_day__gte=local_today(),
        )
        return [Offer(str(one.id), one.title, one) for one in held.order_by("-id")]
