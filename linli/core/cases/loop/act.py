"""The way through: any action that the table of transitions has, for whom it allows. The engine (linli.core.flow) does it.

What is special about an action stands in effects.py; the way in stands in intake/report.py.
"""

from __future__ import annotations

from uuid import UUID

from linli.core.access.public import Access
from linli.core.cases.loop.flow import CASE
from linli.core.cases.loop.given import Given
from linli.core.cases.models import Case
from linli.core.flow import public as flow
from linli.core.platform.public import Actor


def act(
    actor: Actor,
    case_id: int,
    action: str,
    given: Given,
    *,
    uuid: UUID,
    access: Access | None = None,
    tracking: str = "",
    seen_seq: int | None = None,
) -> Case:
    """Does `action` on a case and gives the case as it then is, by `flow.act`, whose refusals it raises.

    Who acts is either staff (`access`), the reporter (`tracking`) or the system (actor SYSTEM).
    """
    return flow.act(CASE, actor, case_id, action, given, uuid=uuid, access=access, key=tracking, seen_seq=seen_seq)
