"""The bodies that requests bring. Types are strict (a text is no number), unknown names are refused; schemas.py has the answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from linli.core.api.public import Body, Code, Handle, Id, Lat, Lon, Note

FILES_MOST = 9

PositionSystem = Annotated[
    Literal["WGS84", "CGCS2000", "GCJ02", "BD09"], Field(description="Coordinate system of `lon` and `lat`.")
]
Name = Annotated[str, Field(max_length=60)]
Phone = Annotated[str, Field(max_length=20)]


class ReportFile(Body):
    """A file of a report."""

    file_id: Handle
    role: Literal["report", "voice"]


class SolvedFile(Body):
    """A file of something solved on the spot; a photo of before and one of after are needed."""

    file_id: Handle
    role: Literal["before", "after", "voice"]


class ProofFile(Body):
    """A photo of an action."""

    file_id: Handle
    role: Literal["proof", "before", "after"]


class Place(Body):
    """Where it is: `lon` and `lat` in degrees, or the code of an area."""

    lon: Lon | None = None
    lat: Lat | None = None
    position_system: PositionSystem = "WGS84"
    outside: Annotated[
        bool,
        Field(
            description="True: the position is meant, although no grid lies within a kilometre. Else 422 `outside_city` asks."
        ),
    ] = False
    area_code: Code = ""
    address: Annotated[str, Field(max_length=200)] = ""


class NewReport(Place):
    """A report by somebody of the staff or by a system. Words, a category or a file are needed, and a place."""

    source: Literal["grid_worker", "resident", "hotline", "letter", "department", "patrol", "sensor", "inspection"] = (
        "grid_worker"
    )
    source_reference: Annotated[str, Field(max_length=80)] = ""
    description: Note = ""
    category_id: Id | None = None
    condition_id: Id | None = None
    urgency: Literal["normal", "urgent"] = "normal"
    reporter_name: Name = ""
    reporter_phone: Phone = ""
    files: Annotated[list[ReportFile], Field(max_length=FILES_MOST)] = []


class SolvedOnSpot(Place):
    """A small thing that a worker solved on the spot."""

    description: Note = ""
    category_id: Id
    condition_id: Id | None = None
    note: Annotated[str, Field(max_length=2000, json_schema_extra={"minLength": 1})]
    files: Annotated[list[SolvedFile], Field(min_length=2, max_length=FILES_MOST)]


class ActionGiven(Body):
    """What comes with an action. GET /transitions says what each action needs and takes; anything else is refused."""

    seen_seq: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None,
        description="`seq` of the case as you saw it: if somebody acted since, nothing happens and 409 tells what.",
    )
    reason: Note = ""
    note: Note = ""
    category_id: Id | None = None
    condition_id: Id | None = None
    unit_id: Id | None = None
    unit_ids: Annotated[list[Id], Field(max_length=20)] = []
    amount: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] | None = None
    case_id: Id | None = None
    checker_id: Id | None = None
    found: bool | None = None
    files: Annotated[list[ProofFile], Field(max_length=FILES_MOST)] = []


class Purpose(Body):
    """For what somebody needs to see who reported a case: `ask_back`, `answer`, `appointment`, `danger`, `request` or `inquiry`."""

    purpose: Annotated[str, Field(max_length=24, json_schema_extra={"minLength": 1})]


class NewToken(Body):
    """A token for a program."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    days: Annotated[int, Field(ge=1, le=366)] = 90


class EndAll(Body):
    """What stays; nothing unless it is named."""

    keep_tokens: bool = False


class PublicReport(Place):
    """A resident's report; name and phone are the resident's choice."""

    description: Note = ""
    category_id: Id | None = None
    urgency: Annotated[Literal["normal", "urgent"], Field(description="Urgent: somebody may get hurt.")] = "normal"
    reporter_name: Name = ""
    reporter_phone: Phone = ""
    files: Annotated[list[ReportFile], Field(max_length=FILES_MOST)] = []


class Rating(Body):
    """One to five stars."""

    score: Annotated[int, Field(ge=1, le=5)]
    note: Note = ""


class Reopening(Body):
    """Why a resident is not satisfied."""

    reason: Annotated[str, Field(max_length=2000, json_schema_extra={"minLength": 1})]
