"""The jobs of notices: telling people of a step, and the letters for who chose them, which hold no words of any item."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.core.access.public import User
from linli.core.flow.public import flows
from linli.core.inbox.models import Letters, Notice, NoticeChoice
from linli.core.inbox.notices import tell
from linli.core.platform.public import Work, job, local_time, periodic

MORNING = 8


@job("tell_people")
def tell_people(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Tells people of one step of a flow; of a department that is not installed any more, nobody."""
    flow = flows().get(payload["flow"])
    if flow is not None:
        tell(flow, payload["item"], payload["seq"], payload["action"])


@periodic("mail_notices", every=timedelta(minutes=5))
def mail_notices(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Sends each person one letter about the notices that were neither read nor mailed, outside of their quiet hours.

    The marks commit with the letter, so a killed worker sends none twice and loses none.
    """
    for choice in NoticeChoice.objects.exclude(letters=Letters.NONE).select_related("user").order_by("id"):
        if _is_time(choice, local_time(work.now)) and choice.user.is_active and choice.user.mail:
            _send(work, choice)


def _is_time(choice: NoticeChoice, local: datetime) -> bool:
    begin, end, clock = choice.quiet_from, choice.quiet_to, local.time()
    quiet = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if quiet:
        return False
    return choice.letters == Letters.SOON or (local.hour >= MORNING and choice.mailed_on != local.date())


def _send(work: Work, choice: NoticeChoice) -> None:
    waiting = Notice.objects.filter(user_id=choice.user_id, read_at__isnull=True, mailed_at__isnull=True)
    last = waiting.order_by("-id").values_list("id", flat=True).first()
    if last is None:
        return
    count = waiting.filter(id__lte=last).update(mailed_at=work.now)
    NoticeChoice.objects.filter(id=choice.id).update(mailed_on=local_time(work.now).date())
    user: User = choice.user
    work.send(
        "mail", user.mail, "inbox.notices", {"count": count}, key=f"inbox:{user.id}:{last}", language=user.language
    )
