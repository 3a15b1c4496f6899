"""Everything that writes values: a record is added, values are said, verified, disputed and decided, a record is retired.

Nothing is overwritten in silence. What is said becomes the present value, or stands beside it until somebody decides, by one rule
(`stands_as`); either way it stays in the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from linli.core.ledger.binding import add_rows, value_row
from linli.core.ledger.history import Standing, holds, text_in
from linli.core.ledger.persons import acquainted
from linli.core.ledger.told import tell_settled
from linli.core.ledger.words import grows_old, text_of
from linli.core.platform.public import (
    Actor,
    BadInput,
    Refusal,
    Work,
    local_day,
    locked,
    write,
)

if TYPE_CHECKING:
    from linli.core.ledger.definition import Kept, Ledger

BATCH_RECORDS = 500
BY_EYE = ("worker", "inspection")


class Changed(Refusal):
    """Somebody else was faster: the record is not as the person saw it."""

    status = 409
    code = "changed"
    needs_new_uuid = True


@dataclass(frozen=True, slots=True)
class Said:
    """How values are said: from where, as of which day, whether they are checked (`verified`) and whether they are to stand `beside`
    the present ones until somebody decides."""

    source: str
    on: date
    verified: bool = False
    beside: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of what was said: the fields whose present value it is now, those where it stands beside, and those of which nothing
    had to be written down."""

    taken: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


def locked_record(ledger: Ledger, record_id: int, seen_seq: int | None = None) -> Any:
    """A record, locked until the commit. Raises Changed where somebody did something to it since `seen_seq`."""
    record = locked(ledger.model._default_manager.filter(id=record_id)).get()
    if record.merged_into_id is not None:
        raise Changed(_("This record was merged into another one; look at that one."))
    if seen_seq is not None and record.seq != seen_seq:
        raise Changed(_("Somebody changed this record meanwhile; look at it again."))
    return record


def stands_as(standing: Standing, text: str, said: Said) -> str:
    """As what a value goes into the history: reported, verified, disputed or late; empty where there is nothing to write down.

    A reported value does not replace a verified one of a later day, nor anything while another value stands beside: then it stands
    beside too. What is older than the present value is late: it counts for the day of which it tells.
    """
    row = standing.row
    present = text_in(row)
    if said.beside:
        known = {present, *(text_in(one) for one in standing.beside)}
        return "" if text in known else "disputed"
    if row is not None and said.on < row.stated_on and (said.verified or row.state != "verified"):
        return "" if present == text else "late"
    if said.verified:
        return "verified"
    if row is not None and present == text:
        return ""
    if standing.beside and text in [text_in(one) for one in standing.beside]:
        return ""
    if standing.beside or (row is not None and row.state == "verified" and row.stated_on > said.on):
        return "disputed"
    return "reported" if row is not None or text else ""


def put(
    ledger: Ledger,
    work: Work,
    record: Any,
    values: Mapping[str, Any],
    said: Said,
    *,
    act: str = "change",
    held: Mapping[str, Standing] | None = None,
) -> Outcome:
    """Says values about a locked record: writes them down and moves the record's columns. Of what changes nothing nothing is written.

    `held` is what holds of it, for whoever has read it for many at once.
    """
    if said.on > local_day(work.now):
        raise BadInput(_("This day has not come yet."), field="stated_on")
    held = holds(ledger, [record.id]).get(record.id, {}) if held is None else held
    texts = {name: text_of(value) for name, value in values.items()}
    states = {name: stands_as(held.get(name, Standing()), text, said) for name, text in texts.items()}
    new = {name: state for name, state in states.items() if state}
    if new:
        record.seq += 1
        rows = [
            value_row(
                ledger, work, record, name, texts[name], act=act, state=state, source=said.source, stated_on=said.on,
                batch_id=said.batch_id,
            )
            for name, state in new.items()
        ]  # fmt: skip
        add_rows(ledger, work, record.area_id, [rows])
        taken = {name: texts[name] for name, state in new.items() if state in ("reported", "verified")}
        settle(ledger, work, record, held, taken, said.on, [n for n, state in new.items() if state == "disputed"])
    return Outcome(
        tuple(name for name, state in new.items() if state in ("reported", "verified")),
        tuple(name for name, state in new.items() if state == "disputed"),
        tuple(name for name, state in states.items() if not state),
    )


def settle(
    ledger: Ledger,
    work: Work,
    record: Any,
    held: Mapping[str, Standing],
    taken: Mapping[str, str],
    on: date | Mapping[str, date],
    disputed: Sequence[str] = (),
) -> None:
    """Moves the columns of a record after rows were added: present values, values that stand beside, the day on which it grows old."""
    days: Mapping[str, date] = on if isinstance(on, Mapping) else dict.fromkeys(taken, on)
    present = {name: (text_in(one.row) or "", one.row.stated_on) for name, one in held.items() if one.row is not None}
    present |= {name: (text, days[name]) for name, text in taken.items()}
    for name, text in taken.items():
        setattr(record, name, ledger.value_of(ledger.by_name[name], text))
    still = sum(len(one.beside) for name, one in held.items() if name not in taken)
    record.disputes = still + len(disputed)
    record.verify_by = grows_old(ledger, present)
    columns = ["seq", "disputes", "verify_by", *taken]
    if record.verify_by is None or record.verify_by > local_day(work.now):
        columns += tell_settled(ledger, work, record, verified=True)
    record.save(update_fields=columns)
    if any(kept.name in taken for kept in ledger.of_person.values()):
        acquainted(ledger, work, record)


def give_back(
    ledger: Ledger,
    work: Work,
    record: Any,
    held: Mapping[str, Standing],
    earlier: Mapping[str, Standing],
    *,
    act: str,
    first: Sequence[dict[str, Any]] = (),
) -> None:
    """Makes what held of these fields hold again as it stood then, with what stood beside. `first` are rows of the same act that
    `record.seq` counts already."""
    if not first:
        record.seq += 1
    rows, taken, days = list(first), {}, {}
    for name, standing in earlier.items():
        row = standing.row
        taken[name], days[name] = text_in(row) or "", row.stated_on if row is not None else local_day(work.now)
        state, source = (row.state, row.source) if row is not None else ("reported", "worker")
        how = {"act": act, "state": state, "source": source, "stated_on": days[name]}
        rows.append(value_row(ledger, work, record, name, taken[name], **how))  # type: ignore[arg-type]
    acts, beside = [rows], []
    for name, standing in earlier.items():
        for row in standing.beside:  # an act each: a field is said once in an act
            record.seq += 1
            how = {"act": act, "state": "disputed", "source": row.source, "stated_on": row.stated_on}
            acts.append([value_row(ledger, work, record, name, text_in(row) or "", **how)])  # type: ignore[arg-type]
            beside.append(name)
    add_rows(ledger, work, record.area_id, acts)
    settle(ledger, work, record, held, taken, days, beside)


def change(
    actor: Actor, ledger: Ledger, record_id: int, values: Mapping[str, Any], said: Said, *, seen_seq: int | None = None
) -> Outcome:
    """Says values about a record. Whether somebody may is asked by who calls (`history.may`).

    Raises Changed, and BadInput for a day that has not come and for a value that must be there.
    """
    check_needed(ledger, values, partly=True)
    with write(actor) as work:
        return put(ledger, work, locked_record(ledger, record_id, seen_seq), values, said)


def verify(
    actor: Actor, ledger: Ledger, record_id: int, said: Said, *, names: Sequence[str] = (), seen_seq: int | None = None
) -> Outcome:
    """Says that values are still so: all of them, or those named. What stood beside them is decided by it. Twice on a day is once."""
    with write(actor) as work:
        record = locked_record(ledger, record_id, seen_seq)
        held = holds(ledger, [record.id]).get(record.id, {})
        wanted = {
            kept.name: getattr(record, kept.name)
            for kept in ledger.each(names)
            if _is_to_verify(held.get(kept.name, Standing()), getattr(record, kept.name), said.on)
        }
        return put(ledger, work, record, wanted, Said(said.source, said.on, verified=True), act="verify")


def _is_to_verify(standing: Standing, value: Any, on: date) -> bool:
    """Whether saying that a value is still so says anything new."""
    if standing.row is None:
        return value not in (None, "")
    return bool(standing.beside) or standing.row.state != "verified" or standing.row.stated_on < on


def decide(
    actor: Actor, ledger: Ledger, record_id: int, name: str, row_id: int, said: Said, *, seen_seq: int | None = None
) -> Outcome:
    """Decides which of the values that stand beside each other is true: the one that this row of the history says.

    Raises BadInput for a row that does not stand there any more.
    """
    with write(actor) as work:
        record = locked_record(ledger, record_id, seen_seq)
        standing = holds(ledger, [record.id]).get(record.id, {}).get(name, Standing())
        offered = [standing.row, *standing.beside] if standing.beside else []
        row = next((one for one in offered if one is not None and one.id == row_id), None)
        if row is None:
            raise BadInput(_("This value does not stand there any more; look at the record again."), field="row")
        value = ledger.value_of(ledger.by_name[name], text_in(row) or "")
        return put(ledger, work, record, {name: value}, Said(said.source, said.on, verified=True), act="decide")


def check_needed(ledger: Ledger, values: Mapping[str, Any], *, partly: bool = False) -> None:
    """Raises BadInput for a value that must be there and is not; `partly`, of those that are given."""
    for kept in ledger.kept:
        if kept.needed and (kept.name in values or not partly) and values.get(kept.name) in (None, ""):
            raise BadInput(_("%s: fill in this field.") % kept.title, field=kept.name)


def retire(actor: Actor, ledger: Ledger, record_id: int, *, back: bool = False, seen_seq: int | None = None) -> None:
    """Takes a record out of use, or takes it up again; its history stays. Twice does nothing more."""
    with write(actor) as work:
        record = locked_record(ledger, record_id, seen_seq)
        if (record.retired_at is None) == back:
            return
        record.seq += 1
        record.retired_at = None if back else work.now
        act = "restore" if back else "retire"
        add_rows(ledger, work, record.area_id, [[act_row(ledger, work, record, act)]])
        record.save(update_fields=["seq", "retired_at", *tell_settled(ledger, work, record)])
        acquainted(ledger, work, record)


def forget_values(ledger: Ledger, work: Work, record: Any, names: Sequence[str]) -> None:
    """Writes down that somebody was forgotten as they had asked, and empties these fields; a locked record."""
    record.seq += 1
    today = local_day(work.now)
    rows = [act_row(ledger, work, record, "forget")]
    how = {"act": "forget", "state": "reported", "source": "resident", "stated_on": today}
    rows += [value_row(ledger, work, record, name, "", **how) for name in names]  # type: ignore[arg-type]
    add_rows(ledger, work, record.area_id, [rows])
    held = holds(ledger, [record.id]).get(record.id, {})
    settle(ledger, work, record, held, dict.fromkeys(names, ""), today)


def act_row(ledger: Ledger, work: Work, record: Any, act: str, text: str = "") -> dict[str, Any]:
    """The row of an act on the record as a whole; `text` is the id of another record, where one has a part in it."""
    return value_row(
        ledger, work, record, "", text, act=act, state="", source="worker", stated_on=local_day(work.now)
    )  # fmt: skip


def kept_of(ledger: Ledger, name: str) -> Kept:
    """A field of a ledger. Raises BadInput for one that it does not keep."""
    if name not in ledger.by_name:
        raise BadInput(_("There is no such field."), field="field")
    return ledger.by_name[name]
