"""The jobs of the inbox: telling people of a step, the letters for who chose them, which hold no words of any item, and giving the tasks
of plans."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from linli.core.access.public import User
from linli.core.flow.public import flows
from linli.core.inbox.models import Letters, Notice, NoticeChoice, TaskPlan
from linli.core.inbox.notices import tell
from linli.core.inbox.plans import give_occurrence
from linli.core.inbox.verifying import IN_ONE_WRITE, Choice, give_verifications, tonight
from linli.core.platform.public import Work, job, local_time, periodic

MORNING = 8
MOST_PLANS = 5000


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
        "mail",
        user.mail,
        "inbox.notices",
        {"count": count},
        key=f"inbox:{user.id}:{last}",
        language=user.language,
        user_id=user.id,
    )


@periodic("ask_to_verify", daily_at=time(5, 10))
def ask_to_verify(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Chooses whom to ask this night about what has grown old in the ledgers, and asks in jobs of some tasks each."""
    chosen = tonight(work)
    for start in range(0, len(chosen), IN_ONE_WRITE):
        work.enqueue("give_verifications", {"chosen": [list(one) for one in chosen[start : start + IN_ONE_WRITE]]})


@job("give_verifications", retries=2)
def give_chosen_verifications(work: Work, payload: dict[str, Any]) -> None:
    """Gives some of a night's tasks to verify."""
    give_verifications(work, [Choice(*one) for one in payload["chosen"]])


@periodic("give_planned_tasks", every=timedelta(minutes=5))
def give_planned_tasks(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Asks for each plan whose time has come to give its task, in a job of its own: one that fails holds up no other.

    A plan that is asked for twice gives once, since giving moves the time that this looks at.
    """
    ready = TaskPlan.objects.filter(next_at__lte=work.now).order_by("next_at").values_list("id", flat=True)
    for plan_id in ready[:MOST_PLANS]:
        work.enqueue("give_planned_task", {"plan_id": plan_id})


@job("give_planned_task", retries=2)
def give_planned_task(work: Work, payload: dict[str, Any]) -> None:
    """Gives the task of one plan."""
    give_occurrence(work, payload["plan_id"])
