"""Forms of the staff, on Django's own: typed fields become values, refusals become errors of fields, and each is sent once.

`{% form_head form %}` gives a form its tokens and what is to be mended, `{% field form.name %}` each field (docs/desk.md).
fields.py has the kinds of fields that Django lacks, choosers.py those that offer what a person may choose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_on
from linli.core.desk.choosers import Chooser
from linli.core.desk.door import Effect, do_once
from linli.core.desk.fields import PlaceField
from linli.core.desk.rows import RowsField
from linli.core.platform.public import Answer, NotAllowed, NotThere, Refusal
from linli.lib.outside import whole_number

Sent = tuple[MultiValueDict[str, Any], MultiValueDict[str, Any]]
"""Values and files of a form that came another way than from a page."""


class DeskForm(forms.Form):
    """A form of a page.

    How to use: declare fields as with Django, make it with the request, and `send` what it asks for::

        form = PlanForm(request)
        answer = form.send(["patrol.plan"], lambda actor, uuid: make_plan(actor, uuid=uuid, **form.cleaned_data).id)
        if answer is not None:
            return HttpResponseRedirect(reverse("patrol:plan", args=[int(answer.body)]))
        return render(request, "patrol/plan_form.html", {"form": form}, status=form.status)

    What was typed stays when a form is refused, also the UUID of its effect, unless that is used up. `names` leads the
    fields that services name in a refusal to fields of the form. A chooser that has nothing to offer and may stay empty
    is left out, its value is None; where something is sent for it all the same, it stays and refuses that.

    Why no ModelForm: a service owns the transaction, the lock and the audit record, and no form saves a row.
    """

    names: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        request: HttpRequest,
        *,
        fresh: bool = False,
        initial: Mapping[str, Any] | None = None,
        code: str = "",
        sent: Sent | None = None,
    ) -> None:
        """Bound to what was posted; `fresh` for an empty one on the page that another form was posted to.

        `code` goes before the ids of the fields where a page has several forms; `sent` is what a program sent (sent.py).
        """
        bound = request.method == "POST" and not fresh
        values, files = sent or (request.POST, request.FILES)
        super().__init__(
            values if bound else None,
            files if bound else None,
            initial=dict(initial or {}),
            auto_id=f"{code}-%s" if code else "id_%s",
            label_suffix="",
        )
        self.request, self._status = request, 0
        self.left_out: list[str] = []
        for name, field in list(self.fields.items()):
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Fill in this field.")
            if isinstance(field, (Chooser, RowsField, PlaceField)):
                field.open_to(self.access)
            sent_for_it = bound and any(str(one).strip() for one in values.getlist(name))
            if isinstance(field, Chooser) and not field.required and not field.choices and not sent_for_it:
                self.left_out.append(name)
                del self.fields[name]
        self.effect_id = (request.POST.get("effect_id", "") if bound else "") or str(uuid4())

    @property
    def access(self) -> Access:
        """The person who fills the form in."""
        return access_on(self.request)

    @property
    def status(self) -> int:
        """The HTTP status of a page with this form: 200 for a fresh one, that of the refusal, 422 for fields to mend."""
        if not self.is_bound or not self.errors:
            return 200
        codes = [str(error.code) for errors in self.errors.as_data().values() for error in errors]
        return self._status or max(
            (found for code in codes if (found := whole_number(code, 599)) is not None), default=422
        )

    def clean(self) -> dict[str, Any]:
        """What all fields gave; None for a chooser that offered nothing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return cleaned | dict.fromkeys(self.left_out)

    def send(self, what: Sequence[object], effect: Effect) -> Answer | None:
        """Does once what a valid form asks for (`do_once`); None for a form to show, again or for the first time.

        `what` names the door and its rows. Files count by what the form's fields made of them. Raises NotThere and
        NotAllowed, which the gate answers, unless they name a field of the form.
        """
        if not self.is_bound:
            return None
        if not self.is_valid():
            return None
        try:
            return do_once(self.request, [*what, *self.kept_files()], effect)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def kept_files(self) -> list[object]:
        """What stands for the files of this form in what its UUID is bound to."""
        return [
            [name, [file.id for file in self.cleaned_data[name] or ()]]
            for name, field in self.fields.items()
            if isinstance(field, forms.FileField)
        ]

    def refuse(self, refusal: Refusal) -> None:
        """Shows a refusal at the field that it names, else above the form. Raises it again for the gate (see `send`)."""
        field = self.names.get(refusal.field, refusal.field)
        if field not in self.fields:
            if isinstance(refusal, (NotThere, NotAllowed)):
                raise refusal
            field = ""
        self.add_error(field or None, refusal.sentence)
        self._status = refusal.status
        if refusal.needs_new_uuid:
            self.effect_id = str(uuid4())

    @property
    def to_mend(self) -> list[forms.BoundField]:
        """The fields with errors, in their order."""
        return [self[name] for name in self.fields if name in self.errors] if self.is_bound else []

    @property
    def first_error(self) -> str:
        """The name of the first field with an error, which takes the focus."""
        return next((bound.name for bound in self.to_mend), "")
