"""The pages of one sheet, for the staff by their account and for residents by a code: one thing per page, all on one page, all answers.

`SheetPages` says who fills in and what frames the pages; its two uses stand at the end of staff_pages.py and residents.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.forms.pages.following import logic_of
from linli.core.forms.pages.sheet_form import SheetForm
from linli.core.forms.pages.steps import Step, blocks_of, steps_of
from linli.core.forms.public import (
    Answer,
    AnswerSheet,
    AnswersRefused,
    Around,
    Form,
    Judged,
    Question,
    Schema,
    SheetState,
    Value,
    answers_of,
    begins_on,
    judged,
    occasion_of,
    reveal_purposes,
    save_answers,
    schema_of,
    send_sheet,
    title_of,
    told,
    walk,
)
from linli.core.platform.public import Actor, NotThere, Refusal, StoredFile, file_response, local_today, moment_words


class Revealed(NamedTuple):
    """The answers with those sealed ones that were asked for a purpose."""

    purpose: str
    answers: Mapping[str, Value]


LOOK, LOOK_S = "linli.forms.look", 600


def asked_for(question: Question, purpose: str) -> bool:
    """Whether a question was asked for a purpose."""
    return bool(purpose) and question.keeping is not None and question.keeping.purpose == purpose


def look_of(sheet: AnswerSheet, access: Access | None, purpose: str) -> str:
    """A signed word by which the files of a look can be fetched by whoever looked, for ten minutes."""
    return signing.dumps([sheet.id, access.user_id if access else 0, purpose], salt=LOOK)


def purpose_of(look: str, sheet: AnswerSheet, access: Access | None) -> str:
    """For what somebody has looked at a sheet just now; "" for a word that is forged, over, another's or of another sheet."""
    try:
        sheet_id, user_id, purpose = signing.loads(look, salt=LOOK, max_age=LOOK_S) if look and access else (0, 0, "")
    except signing.BadSignature:
        return ""
    return str(purpose) if access is not None and (sheet_id, user_id) == (sheet.id, access.user_id) else ""


class SheetPages:
    """Shows and takes in one sheet.

    `find(request, key)` gives the sheet that the address names, for whoever may see it, and raises NotThere; `own(request, sheet)` says
    whether this person fills it in; `actor(request)` who writes, `access(request)` with what access, None for a resident. `space` goes
    before the names of addresses, `base` is the frame. What stands around a sheet says who keeps its occasion (occasions.py).
    """

    def __init__(
        self,
        *,
        space: str,
        base: str,
        home: str,
        find: Callable[[HttpRequest, str], AnswerSheet],
        own: Callable[[HttpRequest, AnswerSheet], bool],
        actor: Callable[[HttpRequest], Actor],
        access: Callable[[HttpRequest], Access | None],
    ) -> None:
        self.space, self.base, self.home, self.find, self.own, self.actor = space, base, home, find, own, actor
        self.access = access

    def address(self, page: str, *args: object) -> str:
        """The address of one of these pages."""
        return reverse(f"{self.space}{page}", args=args)

    def start(self, key: object, schema: Schema) -> str:
        """Where filling in a sheet of this form begins."""
        return self.address(begins_on(schema), key)

    def step_page(self, request: HttpRequest, key: str, step: str) -> HttpResponseBase:
        """One page of questions; saving it leads to the next one that is asked."""
        sheet, schema, answers, told_ = self._state(request, key)
        if not self._fills(request, sheet):
            return HttpResponseRedirect(self.address("sheet", key))
        steps = steps_of(schema, told_)
        at = next((place for place, one in enumerate(steps) if one.name == step), None)
        if at is None:
            return HttpResponseRedirect(self.address("sheet", key))
        form = SheetForm(request, steps[at].items, told_, answers, sheet.offered)
        if form.is_bound and form.is_valid():
            after = self._save(request, sheet, form)
            if after is not None:
                return self._next(request, key, schema, after, steps[at], form)
        back = self.address("sheet-step", key, steps[at - 1].name) if at else self.address("sheet", key)
        context = {
            "heading": steps[at].title, "progress": {"at": at + 1, "of": len(steps)}, "back_url": back, "whole": False,
            "checking": request.GET.get("check") == "1", "logic": logic_of(schema, form.items, answers, local_today().isoformat()),
            "notice": _("More questions follow from your answers.") if request.GET.get("more") and not form.is_bound else "",
        }  # fmt: skip
        return self._form_page(request, key, sheet, form, context)

    def whole_page(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """All that is asked on one page. What follows from the answers is asked when they were saved."""
        sheet, schema, answers, told_ = self._state(request, key)
        if not self._fills(request, sheet):
            return HttpResponseRedirect(self.address("sheet", key))
        form = SheetForm(request, schema.items, told_, answers, sheet.offered)
        notice = _("More questions follow from your answers.") if request.GET.get("more") else ""
        if "sent" in request.GET and not form.is_bound:
            notice = _("The sheet was handed in. Here is the next one.")
        if form.is_bound and form.is_valid():
            after = self._save(request, sheet, form)
            if after is not None:
                new = any(one.answered and after.asked(one) and not form.had(one) for one in schema.questions)
                if "later" in request.POST:
                    return HttpResponseRedirect(self.address("sheet", key))
                wanted = "more=1" if new else self._rows_wanted(request, form)
                again = f"{self.address('sheet-whole', key)}?{wanted}"
                if not wanted and "send" in request.POST:
                    return self._send(request, key, sheet)
                return HttpResponseRedirect(again if wanted else self.address("sheet", key))
        context = {"heading": "", "back_url": self.address("sheet", key), "whole": True, "notice": notice}
        context["logic"] = logic_of(schema, form.items, answers, local_today().isoformat())
        return self._form_page(request, key, sheet, form, context)

    def sheet_page(
        self, request: HttpRequest, key: str, *, refused: Refusal | None = None, revealed: Revealed | None = None
    ) -> HttpResponseBase:
        """All answers: to be checked and sent, or as they were sent, with what was `revealed` of them just now."""
        sheet, schema, answers, told_ = self._state(request, key)
        mine, access = self.own(request, sheet), self.access(request)
        purpose, look = (revealed.purpose, look_of(sheet, access, revealed.purpose)) if revealed else ("", "")
        if revealed:
            answers = dict(revealed.answers)
            told_ = judged(schema, answers, local_today().isoformat())
        draft, reads = sheet.state == SheetState.DRAFT, self._reads(request, sheet)

        def hides(one: Question) -> bool:
            return one.guarded and not reads and not asked_for(one, purpose)

        blocks = blocks_of(schema, told_, sheet.offered, hides=hides)
        steps = steps_of(schema, told_)
        open_ = {line.step for block in blocks for line in block.lines if line.lacks or line.fault}
        first = next((step for step in steps if step.name in open_), None)
        begun = any(value not in (None, []) for value in answers.values())
        context = {
            "blocks": blocks, "draft": draft and mine, "own": mine, "ready": not told_.faults, "begun": begun, "first": first or (steps[0] if steps else None),
            "refused": refused.sentence if refused else "", "faults": len(told_.faults), "sent": moment_words(sheet.sent_at, with_year=True),
            "intro": told(schema.intro), "steps": len(steps), "purpose": purpose, "look": look,
            "purposes": reveal_purposes(access, sheet) if access and not mine else [],
        }  # fmt: skip
        return self._render(request, key, sheet, "forms/sheet.html", context, refused.status if refused else 200)

    def send_page(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """Sends the sheet; sent again it shows what was sent."""
        sheet = self.find(request, key)
        if request.method != "POST" or not self._fills(request, sheet):
            return HttpResponseRedirect(self.address("sheet", key))
        return self._send(request, key, sheet)

    def file(self, request: HttpRequest, key: str, file_id: int, variant: str) -> HttpResponseBase:
        """A file of an answer of this sheet, where this person sees the answer: of a sealed one for ten minutes after a look."""
        sheet, access = self.find(request, key), self.access(request)
        schema, names = schema_of(sheet.version_id), Answer.objects.filter(sheet_id=sheet.id, stored_file_id=file_id)
        asked = [
            one
            for name in names.values_list("name", flat=True)
            if isinstance(one := schema.by_name.get(name), Question)
        ]
        purpose = purpose_of(request.GET.get("look", ""), sheet, access)
        seen = any(not one.guarded or self._reads(request, sheet) or asked_for(one, purpose) for one in asked)
        # What was received holds where a photo was taken: for the staff, and of nothing that is sealed.
        whole = variant == "received" and (access is None or any(one.guarded for one in asked))
        if not seen or whole:
            raise NotThere(_("There is no such file."))
        answer = file_response(request, StoredFile.objects.get(id=file_id), variant)  # type: ignore[arg-type]
        if any(one.guarded for one in asked):
            answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def _reads(self, request: HttpRequest, sheet: AnswerSheet) -> bool:
        """Whether this person reads what is sealed in a sheet without a look: who fills it in. A code in an address is a key that stays in
        histories and messages: once the sheet was handed in it opens nothing sealed."""
        return self.own(request, sheet) and (sheet.state == SheetState.DRAFT or sheet.filled_by_id is not None)

    def _send(self, request: HttpRequest, key: str, sheet: AnswerSheet) -> HttpResponseBase:
        try:
            send_sheet(self.actor(request), sheet_id=sheet.id)
        except Refusal as refused:
            return self.sheet_page(request, key, refused=refused)
        return HttpResponseRedirect(self._afterwards(request, key, sheet))

    def _afterwards(self, request: HttpRequest, key: str, sheet: AnswerSheet) -> str:
        """Where having handed in leads: to the next sheet where one more is wanted, to where the occasion says, or to what was handed in."""
        around, occasion = self._around(request, sheet), occasion_of(sheet)
        if occasion is not None and around is not None and around.again and request.POST.get("send") == "again":
            following = occasion.another(self.actor(request), self.access(request), sheet)
            return f"{self.start(following.id, schema_of(following.version_id))}?sent=1"
        return (around and around.after_url) or self.address("sheet", key)

    def _around(self, request: HttpRequest, sheet: AnswerSheet) -> Around | None:
        occasion = occasion_of(sheet)
        return occasion.around(self.access(request), sheet) if occasion else None

    def _fills(self, request: HttpRequest, sheet: AnswerSheet) -> bool:
        return sheet.state == SheetState.DRAFT and self.own(request, sheet)

    def _state(self, request: HttpRequest, key: str) -> tuple[AnswerSheet, Schema, dict[str, Value], Judged]:
        sheet = self.find(request, key)
        schema = schema_of(sheet.version_id)
        answers = answers_of(sheet, with_sealed=self.own(request, sheet))
        return sheet, schema, answers, judged(schema, answers, local_today().isoformat())

    def _save(self, request: HttpRequest, sheet: AnswerSheet, form: SheetForm) -> Judged | None:
        given = form.given()
        later = "later" in request.POST or bool(self._rows_wanted(request, form))
        try:
            return save_answers(self.actor(request), sheet_id=sheet.id, given=given, complete=not later)
        except AnswersRefused as refused:
            form.refuse_answers(refused)
            return None
        except NotThere as gone:  # handed in meanwhile, in another window
            form.add_error(None, gone.sentence)
            return None

    @staticmethod
    def _rows_wanted(request: HttpRequest, form: SheetForm) -> str:
        """Which repeat is to be shown with how many rows, as its page is asked: another one is wanted, or one was taken out."""
        for name in form.rows:
            if name in form.kept_rows and (f"{name}-more" in request.POST or f"{name}-drop" in request.POST):
                return f"rows-{name}={len(form.kept_rows[name]) + (f'{name}-more' in request.POST)}"
        return ""

    def _next(
        self, request: HttpRequest, key: str, schema: Schema, after: Judged, step: Step, form: SheetForm
    ) -> HttpResponseBase:
        here = self.address("sheet-step", key, step.name)
        if wanted := self._rows_wanted(request, form):
            return HttpResponseRedirect(f"{here}?{wanted}")
        checking = request.GET.get("check") == "1"
        if "later" not in request.POST and self._more_follow(step, after, form):
            return HttpResponseRedirect(f"{here}?more=1{'&check=1' if checking else ''}")
        if "later" in request.POST or checking:
            return HttpResponseRedirect(self.address("sheet", key))
        names = [one.name for one in steps_of(schema, after)]
        following = names[names.index(step.name) + 1 :][:1] if step.name in names else []
        return HttpResponseRedirect(
            self.address("sheet-step", key, following[0]) if following else self.address("sheet", key)
        )

    @staticmethod
    def _more_follow(step: Step, after: Judged, form: SheetForm) -> bool:
        """Whether the answers of a page ask for more on the same page, which could not be seen before they were saved."""
        asked = (one for one in walk(step.items) if isinstance(one, Question) and one.answered)
        return any(after.asked(one) and not form.had(one) for one in asked)

    def _form_page(
        self, request: HttpRequest, key: str, sheet: AnswerSheet, form: SheetForm, context: Mapping[str, Any]
    ) -> HttpResponse:
        more = {"form": form, "parts": form.drawn(), "multipart": True}
        return self._render(request, key, sheet, "forms/step.html", {**context, **more}, form.status)

    def _render(
        self, request: HttpRequest, key: str, sheet: AnswerSheet, template: str, context: Mapping[str, Any], status: int
    ) -> HttpResponse:
        form = Form.objects.get(id=sheet.form_id)
        common = {
            "base": self.base,
            "resume": "" if sheet.filled_by_id or sheet.state == SheetState.SENT else key,
            "space": self.space, "key": key, "sheet": sheet, "form_title": title_of(form), "home_url": self.home and reverse(self.home),
            "saved": moment_words(sheet.saved_at), "until": moment_words(sheet.valid_until), "with_map": True,
            "around": self._around(request, sheet),
        }  # fmt: skip
        return render(request, template, {**common, **context}, status=status)
