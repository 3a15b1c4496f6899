"""Seals the values of a person under their own key, opens them, and makes the indexes by which they are found.

Opening is for this room: whoever else needs a value asks `revealing.py`, which writes down that they did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django.apps import apps

from linli.core.people.models import KeyedPerson, PersonValueField
from linli.core.people.register import elsewhere
from linli.core.platform.public import (
    SYSTEM,
    Forgotten,
    KeyStoreTrouble,
    MaskKind,
    blind_index,
    blind_indexes,
    is_wrapped_now,
    key_store,
    mask,
    new_data_key,
    seal,
    seal_with,
    unseal,
    unseal_with,
    unwrap,
    wrap,
    write,
)

P = TypeVar("P", bound=KeyedPerson)
# Three of the 24 bytes of an index: whoever holds the key and tries all numbers is left with some six hundred telephone numbers
# for each, so an index in an old backup gives no number away. Who is found by it is opened and compared.
_INDEX_LETTERS = 4
# By which the columns of this room know a token; of who is kept elsewhere it holds one of the deployment's key.
_MARK = "p."
_MASKS: Mapping[str, MaskKind] = {
    "name": "name", "phone": "phone", "mail": "mail", "address": "address", "citizen_number": "number", "birth_day": "number",
}  # fmt: skip


def keep(row: P, values: Mapping[str, str]) -> P:
    """Seals `values` into a row, under a key that is made where it has none; the caller saves the row. Empty ones stay empty.

    Raises KeyStoreTrouble when the secret of a new key cannot be kept.
    """
    if not row.key_wrapped:
        secret_of_new_key(row)
    data_key = _data_key(row)
    for name, text in values.items():
        if not isinstance(row._meta.get_field(name), PersonValueField):
            raise LookupError(f"{row._meta.label}.{name} is no value of a person.")
        setattr(row, name, seal_with(data_key, text, _bound(row, _purpose(name))) if text else "")
        if name in row.indexed:
            setattr(row, row.indexed[name], index_of(name, text))
    return row


def secret_of_new_key(row: KeyedPerson) -> None:
    """Gives a row a key of its own: its secret into the store, the key wrapped into the row."""
    if not key_store().exists():
        refuse_lost_store()
    row.key_slot, secret = key_store().new()
    row.key_wrapped = wrap(new_data_key(), secret, _use(row))


def sealed_row(label: str, key_class: str, home_district: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a row that a migration moves into this room: key, sealed values, and `<name>_index` for each value."""
    slot, secret = key_store().new()
    data_key = new_data_key()
    columns: dict[str, Any] = {
        "key_slot": slot,
        "key_wrapped": wrap(data_key, secret, f"{key_class} {home_district}"),
        "key_class": key_class,
    }
    for name, text in values.items():
        bound = f"{label} {slot} {_purpose(name)}"
        columns[name] = seal_with(data_key, text, bound) if text else ""
        columns[f"{name}_index"] = index_of(name, text)
    return columns


def index_of(name: str, text: str) -> str:
    """The index of a value as it is stored beside it; empty for an empty one. The same in every table."""
    return _short(blind_index(text, _purpose(name))) if text else ""


def indexes_of(name: str, text: str) -> list[str]:
    """The index under every key that is configured, for a look-up. Different values may share one: compare what is found."""
    return [_short(index) for index in blind_indexes(text, _purpose(name))]


def _short(index: str) -> str:
    head, _, body = index.rpartition(".")
    return f"{head}.{body[:_INDEX_LETTERS]}"


def seal_for(row: KeyedPerson, text: str, purpose: str) -> str:
    """Seals a value of a person that another room keeps: it goes when the person's key goes. The token opens for `purpose` only."""
    if elsewhere(row):
        return f"{_MARK}{seal(text, _bound_there(row, purpose))}"
    return seal_with(_data_key(row), text, _bound(row, purpose))


def opened(row: KeyedPerson, name: str) -> str:
    """A value of a row in plain text; "" for one that is empty. For this room only.

    Raises Forgotten when the person's key was destroyed, SealError when it does not open.
    """
    other = elsewhere(row)
    if other is not None:
        return other.opened(row, name)
    token = getattr(row, name)
    return unseal_with(_data_key(row), token, _bound(row, _purpose(name))) if token else ""


def opened_for(row: KeyedPerson, token: str, purpose: str) -> str:
    """What `seal_for` has sealed. For this room only. Raises as `opened`."""
    if elsewhere(row):
        return unseal(token.removeprefix(_MARK), _bound_there(row, purpose))
    return unseal_with(_data_key(row), token, _bound(row, purpose))


def masked(row: KeyedPerson, name: str) -> str:
    """A value as somebody sees it who may not see all of it; "" for one that is empty or was forgotten."""
    try:
        return mask(opened(row, name), _MASKS.get(name, "number"))
    except Forgotten:
        return ""


def masked_for(row: KeyedPerson, name: str, token: str) -> str:
    """What `seal_for` has sealed, as somebody sees it who may not see all of it."""
    try:
        return mask(opened_for(row, token, name), _MASKS.get(name, "number")) if token else ""
    except Forgotten:
        return ""


def wrapped_for(row: KeyedPerson, data_class: str) -> None:
    """Wraps the key of a row by a higher class of data, when a service needs one; nothing that it sealed is touched."""
    data_key = _data_key(row)
    row.key_class = data_class
    row.key_wrapped = wrap(data_key, key_store().secret(row.key_slot), _use(row))


def keyed_models() -> list[type[KeyedPerson]]:
    """Every table that keeps values of persons."""
    found = [model for model in apps.get_models() if issubclass(model, KeyedPerson)]
    return sorted(found, key=lambda model: model._meta.label)


def rewrap(batch: int = 500) -> Iterator[tuple[str, int]]:
    """Wraps every key anew under the first configured key and makes the indexes anew; yields (table, rows so far).

    What the keys seal is not touched. Calling it again does nothing. Persons who were forgotten are passed over.
    """
    for model in keyed_models():
        done, last = 0, 0
        while rows := list(model._default_manager.filter(id__gt=last).order_by("id")[:batch]):  # type: ignore[misc]
            with write(SYSTEM) as work:
                changed = [row for row in rows if not is_wrapped_now(row.key_wrapped) and _wrapped_anew(row)]
                columns = ["key_wrapped", *model.indexed.values()]
                model._default_manager.bulk_update(changed, columns)
                if changed:
                    facts = {"rows": len(changed)}
                    work.audit("platform", "keys.rewrap", "table", model._meta.db_table, facts)
            last, done = rows[-1].pk, done + len(changed)
            if changed:
                yield model._meta.db_table, done


def _wrapped_anew(row: KeyedPerson) -> bool:
    try:
        wrapped_for(row, row.key_class)
        for name, column in row.indexed.items():
            setattr(row, column, index_of(name, opened(row, name)))
    except Forgotten:
        return False
    return True


def destroy(slots: list[int]) -> None:
    """Destroys secrets for good. Only for rows that are gone: what they sealed opens no more. Twice is once."""
    key_store().destroy(slots)


def refuse_lost_store() -> None:
    """Raises KeyStoreTrouble where persons are kept and the file of their secrets is not there: a wrong folder, or a lost disk."""
    if not key_store().exists() and any(model._default_manager.exists() for model in keyed_models()):
        raise KeyStoreTrouble(f"{key_store().path} is missing, though persons are kept; bring it back from its mirror.")


def _data_key(row: KeyedPerson) -> bytes:
    return unwrap(row.key_wrapped, key_store().secret(row.key_slot), _use(row))


def _use(row: KeyedPerson) -> str:
    return f"{row.key_class} {row.home_district}"


def _purpose(name: str) -> str:
    return f"person {name}"


def _bound_there(row: KeyedPerson, purpose: str) -> str:
    return f"{row._meta.label_lower} {row.pk} {purpose}"


def _bound(row: KeyedPerson, purpose: str) -> str:
    return f"{row._meta.label_lower} {row.key_slot} {purpose}"
