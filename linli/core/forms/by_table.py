"""Answers that came by table, written as sheets: all of them or none, and no row twice however often its file is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.forms.filling import fill_in
from linli.core.forms.models import AnswerSheet, Form
from linli.core.forms.subjects import About
from linli.core.platform.public import Actor, Refusal, row_uuid, write
from linli.lib.canonical import canonical_bytes

MOST_AT_ONCE = 500
"""Answers of one file: they are written in one transaction, which takes some 10 ms for each."""
_ROWS = UUID("5b0f4c44-6a43-4f0c-9f5e-0a1a5a0c7d2b")


class Taken(NamedTuple):
    """What became of the rows of a file: written now, or here already from a file that was sent before."""

    written: int
    here: int


def take_answers(
    actor: Actor,
    *,
    access: Access,
    form_id: int,
    answers: Mapping[int, Mapping[str, Any]],
    about: About | None = None,
    anew: UUID | None = None,
) -> Taken:
    """Writes answers as `read_answer_sheet` gave them, each as a sheet that was sent. Photos, voices and signatures may lack.

    A row that the same person brought in before about the same subject, word for word, is left alone, and so is a file that comes
    twice; the second of two equal rows of one file is one of its own. With `anew` (a uuid of this file) nothing is compared.
    Raises NotThere for a form or a subject that is not theirs, Refusal for too many, AnswersRefused.
    """
    if len(answers) > MOST_AT_ONCE:
        raise Refusal(_("At most %s answers are taken at a time; divide the sheet.") % MOST_AT_ONCE)
    seen: Counter[str] = Counter()
    keys: dict[int, UUID] = {}
    for line, given in answers.items():
        digest = sha256(canonical_bytes([form_id, list(about or ()), str(anew or ""), dict(given)])).hexdigest()
        seen[digest] += 1
        keys[line] = uuid5(_ROWS, f"{digest} {seen[digest]}")
    with write(actor) as work:
        own = {line: row_uuid(work.actor, key) for line, key in keys.items()}
        here = set(AnswerSheet.objects.filter(uuid__in=own.values()).values_list("uuid", flat=True))
        wanted = [line for line in answers if own[line] not in here]
        for line in wanted:
            fill_in(
                actor, access=access, uuid=keys[line], form_id=form_id, given=answers[line], about=about, files_may_lack=True
            )  # fmt: skip
        chain = area_tree().audit_chain(Form.objects.values_list("area_id", flat=True).get(id=form_id))
        work.audit(chain, "form.by_table", "form", form_id, {"written": len(wanted), "here": len(here)})
    return Taken(len(wanted), len(here))
