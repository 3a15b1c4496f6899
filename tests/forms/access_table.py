"""Who gets which status from the pages of forms: of a form of the leader's street, and of two sheets of the worker about it."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from linli.core.forms.pages.burden_list import BURDEN
from linli.core.forms.public import begin_sheet, fill_in, make_form, publish_form
from tests.access_table import PEOPLE, Ask, Entry, each, only
from tests.city import TestCity
from tests.desk.access_rows import rows_of

from .documents import form, question

EVERYBODY = tuple(who for who in PEOPLE if who != "all_roles")
FILL = ("worker", "acceptance", "dispatcher", "verifier", "supervisor", "leader", "handler")
OTHERS = ("other_worker", "other_acceptance", "far_acceptance")
VIEW = ("supervisor", "leader", "administrator", "auditor")
REVEAL = ("supervisor", "leader")
DESIGN = ("leader", "administrator")
DEPARTMENTS = ("handler", "other_handler", "clerk")  # they design forms of their own unit for campaigns


def entries(city: TestCity) -> list[Entry]:
    """Every page of forms with every person."""
    leader, worker = city.access["leader"], city.access["worker"]
    made = make_form(
        leader.actor(),
        access=leader,
        uuid=uuid4(),
        document=form(question("photo", "front", keep_days=5), question("number", "a")),
    )
    publish_form(leader.actor(), access=leader, form_id=made.id)
    photo = city.photo()["stored_file_id"]
    draft = begin_sheet(worker.actor(), access=worker, uuid=uuid4(), form_id=made.id)
    sent = fill_in(worker.actor(), access=worker, uuid=uuid4(), form_id=made.id, given={"a": 1, "front": [photo]})

    def get(name: str, *args: object) -> Ask:
        return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]

    def post(route: str, *args: object, **typed: str) -> Ask:
        return lambda client: client.post(reverse(route, args=args), {"effect_id": str(uuid4()), **typed})  # type: ignore[return-value]

    own = only(200, "worker", otherwise=404, nobody=302, all_roles=404)
    kept = only(302, "worker", otherwise=404, nobody=302, all_roles=404)
    seen = only(200, "worker", *VIEW, otherwise=404, nobody=302)
    reveals = only(422, *REVEAL, nobody=302, otherwise=403)
    begins = only(200, *DESIGN, *DEPARTMENTS, nobody=302)
    design = only(200, *DESIGN, nobody=302, **dict.fromkeys(DEPARTMENTS, 404))
    done = only(302, *DESIGN, nobody=302, **dict.fromkeys(DEPARTMENTS, 404))
    begin = only(200, *FILL, "other_handler", "clerk", nobody=302, **dict.fromkeys(OTHERS, 404))
    item = {"type": "number", "label": "几", "name": "b"}
    return [
        Entry("forms", "GET", get("forms"), each(200, nobody=302)),
        *rows_of(BURDEN, "", VIEW, exporters=("supervisor", "leader", "administrator")),
        Entry("form-begin", "GET", get("form-begin", made.id), begin),
        Entry("form-table", "GET", get("form-table", made.id), begin),
        Entry("form-table-file", "GET", get("form-table-file", made.id), begin),
        Entry("sheet", "GET", get("sheet", draft.id), own),
        Entry("sheet", "GET", get("sheet", sent.id), seen, "handed in"),
        Entry("sheet-reveal", "POST", post("sheet-reveal", sent.id, purpose="none of them"), reveals),
        Entry("sheet-whole", "GET", get("sheet-whole", draft.id), own),
        Entry("sheet-step", "GET", get("sheet-step", draft.id, "a"), own),
        Entry("sheet-step", "POST", post("sheet-step", draft.id, "a", a="5"), kept),
        Entry("sheet-send", "POST", post("sheet-send", draft.id), kept),
        Entry("sheet-file", "GET", get("sheet-file", sent.id, photo, "thumb"), each(404, nobody=302)),
        Entry("form-designs", "GET", get("form-designs"), begins),
        Entry("form-new", "GET", get("form-new"), begins),
        Entry("form-from-xlsform", "GET", get("form-from-xlsform"), begins),
        Entry("form-xlsform", "GET", get("form-xlsform", made.id), design),
        Entry("form-design", "GET", get("form-design", made.id), design),
        Entry("form-question", "GET", get("form-question", made.id, 0), design),
        Entry("form-question", "POST", post("form-question", made.id, 0, **item), done),
        Entry("form-json", "GET", get("form-json", made.id), design),
        Entry("form-download", "GET", get("form-download", made.id), design),
        Entry("form-move", "POST", post("form-move", made.id, place="0", do="down"), done),
        Entry("form-publish", "POST", post("form-publish", made.id), done),
        Entry("form-copy", "POST", post("form-copy", made.id), done),
        Entry("form-state", "POST", post("form-state", made.id, open="0"), done),
    ]
