"""The shapes of answers, for the description at /api/v1/openapi.json. Endpoints build dictionaries of these shapes; tests hold
real answers to them. catalogue_schemas.py has those of what forms choose from, bodies.py what requests bring.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from linli.core.cases.public import State
from linli.core.flow.public import ClockShape, FileShape, RequestShape, TransitionShape

Clock = Literal["on_time", "amber", "red", "paused", "done"]
Next = Annotated[str, Field(description="Cursor of the next page; empty at the end.")]
States = Annotated[str, Field(json_schema_extra={"enum": list(State.values)})]


class ProblemField(BaseModel):
    """One field that was refused."""

    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457). `code` is stable; `detail` is a sentence in the language of the request."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemField] = []


class CaseRow(BaseModel):
    """A case in a list."""

    id: int
    uuid: str
    number: Annotated[str, Field(description="Official number; empty until the case is filed.")]
    state: States
    state_title: str
    seq: Annotated[int, Field(description="Length of the timeline; send it back as `seen_seq` with an action.")]
    source: str
    urgency: Literal["normal", "urgent"]
    kind: str
    category_code: str
    category_name: Annotated[str, Field(description="As it was filed.")]
    category_title: Annotated[str, Field(description="In the language of the request.")]
    description: str
    address: str
    lon: float | None
    lat: float | None
    area_code: str
    area: str
    grid_id: int | None
    grid: str
    unplaced: Annotated[
        bool, Field(description="Open, in no grid and no community: somebody has to find out whose it is.")
    ]
    unit_id: int
    unit: str
    handling_unit_id: int | None
    handling_unit: str
    clock: Clock
    clock_stage: str
    due_at: AwareDatetime | None
    amber_at: AwareDatetime | None
    reported_at: AwareDatetime
    closed_at: AwareDatetime | None
    in_time: bool | None
    escalation_level: int


class CasePageOut(BaseModel):
    """A page of cases."""

    cases: list[CaseRow]
    next: Next


class RequestOut(RequestShape):
    """An extension or shelving that was asked for."""

    kind: Literal["extension", "shelving"]


class TransitionOut(TransitionShape):
    """A row of the table of transitions: in `state`, `action` leads to `to`."""

    who: list[Literal["area", "handling_unit", "assisting_unit", "reporter", "system"]]  # type: ignore[assignment]


class TransitionList(BaseModel):
    """Rows of the table."""

    transitions: list[TransitionOut]


class PartOut(BaseModel):
    """A unit that takes part in handling."""

    unit_id: int
    unit: str
    part: Literal["lead", "assist"]


class CaseOut(CaseRow):
    """A case with what hangs on it, without who reported it."""

    standard: str
    condition_text: str
    closing_text: str
    limit_amount: str | None
    limit_unit: str
    source_reference: str
    worker_id: int | None
    due_provisional: bool
    filed_at: AwareDatetime | None
    dispatched_at: AwareDatetime | None
    handled_at: AwareDatetime | None
    archived_at: AwareDatetime | None
    merged_into_id: int | None
    split_from_id: int | None
    confirmed: bool | None
    rating: int | None
    rework_count: int
    return_count: int
    reopen_count: int
    urge_count: int
    supervise_count: int
    has_reporter: bool
    files: list[FileShape]
    clocks: list[ClockShape]
    requests: list[RequestOut]
    units: list[PartOut]


class SimilarOut(BaseModel):
    """An open case near by that may be about the same thing."""

    id: int
    number: str
    category_name: Annotated[str, Field(description="As it was filed.")]
    category_title: Annotated[str, Field(description="In the language of the request.")]
    description: str
    state: States
    reported_at: AwareDatetime
    distance_m: float


class SimilarList(BaseModel):
    """Nearest first."""

    cases: list[SimilarOut]


class Reported(BaseModel):
    """What became of a report. `tracking` is the resident's key to the case: give it to nobody else."""

    id: int
    uuid: str
    number: str
    tracking: str
    state: States
    seq: int
    area_code: str
    grid_id: int | None
    unit_id: int
    handling_unit_id: int | None
    due_at: AwareDatetime | None
    similar: list[int]


class Acted(BaseModel):
    """The case after an action."""

    id: int
    number: str
    state: States
    seq: int
    unit_id: int
    handling_unit_id: int | None
    clock: Clock
    due_at: AwareDatetime | None


class Revealed(BaseModel):
    """Who reported a case. Name and phone are null when the answer is a repetition: a reveal shows them once."""

    case_id: int
    name: str | None
    phone: str | None


class FileOut(BaseModel):
    """A file that was taken in. `file_id` may be used by whoever sent it, for six days."""

    file_id: str
    kind: Literal["photo", "voice"]
    sha256: str
    media_type: str
    size_bytes: int
    width_px: int | None
    height_px: int | None
    duration_s: float | None


class GrantOut(BaseModel):
    """A role over an area, or over what a unit holds."""

    role: str
    area_code: str
    unit_id: int | None
    permissions: list[str]


class MeOut(BaseModel):
    """Who asks."""

    user_id: int
    display_name: str
    unit_id: int | None
    unit: str
    language: str
    grants: list[GrantOut]


class TokenOut(BaseModel):
    """A token without its text."""

    id: int
    name: str
    created_at: AwareDatetime
    expires_at: AwareDatetime


class TokenList(BaseModel):
    """Newest first."""

    tokens: list[TokenOut]


class TokenMade(TokenOut):
    """A new token. Its text is shown once: null when the answer is a repetition."""

    token: str | None


class SessionOut(BaseModel):
    """A signed-in browser."""

    id: str
    started_at: AwareDatetime
    seen_at: AwareDatetime
    origin: str
    device: str
    current: bool


class SessionList(BaseModel):
    """Last used first."""

    sessions: list[SessionOut]


class Ended(BaseModel):
    """How many sessions were ended."""

    ended: int


class HomeOut(BaseModel):
    """The figures of the home page."""

    waiting: int
    late: int
    amber: int
    open: int
    reported_today: int
    closed_today: int
    by_state: dict[str, int]


class Pong(BaseModel):
    """Nothing."""


class PublicReported(BaseModel):
    """A resident's report is kept. The tracking number is the only key to it."""

    tracking: str
    tracking_shown: str
    state: States


class PublicStep(BaseModel):
    """A step that a resident may know of."""

    state: States
    state_title: str
    at: AwareDatetime


class PublicProgress(BaseModel):
    """How far a report is, without words of people."""

    tracking: str
    number: str
    state: States
    state_title: str
    category_name: Annotated[str, Field(description="As it was filed.")]
    category_title: Annotated[str, Field(description="In the language of the request.")]
    unit: str
    reported_at: AwareDatetime
    closed_at: AwareDatetime | None
    merged: bool
    rating: int | None
    may_rate: bool
    may_reopen: bool
    steps: list[PublicStep]
