"""The kinds of values that the API takes, each parsed once: ids, instants, words, and the base of the bodies
that are made of them.

What the core refuses with a better sentence (coordinates out of range, too many files) is stated in the schema and left to
the core. How long words may be is held here, where their signs are counted as they came: the core counts them after it took
out what cannot be seen, so that words too long by such signs alone would be taken against the description.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

# The largest whole number that every JSON reader keeps exactly.
ID_MAX = 2**53 - 1

Id = Annotated[int, Field(ge=1, le=ID_MAX)]
_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]", re.ASCII)
FIRST, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _in_our_time(at: datetime) -> datetime:
    try:
        if FIRST <= at.astimezone(UTC) < END:
            return at
    except OverflowError:
        pass
    raise PydanticCustomError("datetime_out_of_range", "the instant is before 1900 or after 2199")


def _written_out(value: Any) -> Any:
    """Refuses a bare number, which pydantic would take for seconds since 1970."""
    if isinstance(value, str) and not _DATE.match(value):
        raise PydanticCustomError("datetime_parsing", "the instant does not begin with a date")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_our_time)]


def stated(**schema: Any) -> Any:
    """A field whose bounds stand in the schema; the core holds them."""
    return Field(json_schema_extra=schema)


Lon = Annotated[float, Field(allow_inf_nan=False, json_schema_extra={"minimum": -180, "maximum": 180})]
Lat = Annotated[float, Field(allow_inf_nan=False, json_schema_extra={"minimum": -90, "maximum": 90})]
Words = Annotated[str, Field(max_length=200)]
Note = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(max_length=40)]
Cursor = Annotated[str, Field(max_length=120, pattern=r"^[0-9A-Za-z_-]*$", description="`next` of the page before.")]
Handle = Annotated[str, Field(max_length=200, description="`file_id` of the answer to POST /files.")]


class Body(BaseModel):
    """What every body has in common."""

    model_config = ConfigDict(extra="forbid", strict=True)
