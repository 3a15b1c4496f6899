"""Who gets which status from the pages of the inbox: each shows what is the person's own, so everybody of the staff has them."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from linli.core.inbox.public import GIVEN_NOTICES, LETTERS, PLANS, TASK, TASKS, PlanGiven, give_task, make_task_plan
from linli.core.platform.public import local_today, receive_photo
from tests.access_table import PEOPLE, Ask, Entry, each, only
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.desk.access_rows import rows_of

EVERYBODY = tuple(who for who in PEOPLE if who != "all_roles")
EXPORTS = ("supervisor", "leader", "administrator")
# Of a task that the leader of the street gave to the verifier.
SEE = ("leader", "verifier", "supervisor", "auditor")


def rows_of_tasks(city: TestCity) -> list[Entry]:
    """The list, the form, and one task."""
    access = city.access["leader"]
    task = give_task(
        access.actor(), access=access, uuid=uuid4(), subject="检查井盖", due=local_today(), assignee_id=city.users["verifier"].id,
        files=({"role": "before", "stored_file_id": receive_photo(photo_bytes()).id},),
    )  # fmt: skip
    files = TASK.tables.file._default_manager.filter(**TASK.key_of(task.id))

    def get(name: str, *args: object) -> Ask:
        return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]

    hidden = dict.fromkeys(set(SEE) - {"verifier"}, 403)
    return [
        Entry("api:tasks", "GET", get("api:tasks"), each(200, nobody=401)),
        *rows_of(TASKS, "", EVERYBODY, EXPORTS),
        Entry("new-task", "GET", get("new-task"), each(200, nobody=302)),
        Entry("task", "GET", get("task", task.id), only(200, *SEE, otherwise=404, nobody=302)),
        Entry(
            "task-do",
            "GET",
            get("task-do", task.id, "done"),
            only(200, "verifier", otherwise=404, nobody=302, all_roles=403, **hidden),
        ),
        Entry("task-file", "GET", get("task-file", files.get().id, "thumb"), only(200, *SEE, otherwise=404)),
    ]


def rows_of_plans(city: TestCity) -> list[Entry]:
    """The list, the form, and one plan of the leader for the verifier, whom it gives tasks and who may not change it."""
    access = city.access["leader"]
    given = PlanGiven("消毒", "day", local_today(), assignee_id=city.users["verifier"].id)
    plan = make_task_plan(access.actor(), access=access, uuid=uuid4(), given=given)

    def get(name: str, *args: object) -> Ask:
        return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]

    def post(name: str, *args: object) -> Ask:
        return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), "pause": "1"})  # type: ignore[return-value]

    change = only(302, "leader", "supervisor", otherwise=404, nobody=302, verifier=403, auditor=403)
    return [
        Entry("api:task-plans", "GET", get("api:task-plans"), each(200, nobody=401)),
        *rows_of(PLANS, "", EVERYBODY, EXPORTS),
        Entry("new-task-plan", "GET", get("new-task-plan"), each(200, nobody=302)),
        Entry("task-plan", "GET", get("task-plan", plan.id), only(200, *SEE, otherwise=404, nobody=302)),
        Entry(
            "task-plan-change", "GET", get("task-plan-change", plan.id),
            only(200, "leader", "supervisor", otherwise=404, nobody=302),
        ),
        Entry("task-plan-pause", "POST", post("task-plan-pause", plan.id), change),
        Entry("task-plan-end", "POST", post("task-plan-end", plan.id), change),
    ]  # fmt: skip


def entries(city: TestCity) -> list[Entry]:
    """Every page of the inbox with every person."""
    shown = each(200, nobody=302)
    sent = [
        *rows_of(LETTERS, "", EVERYBODY, EXPORTS),
        *rows_of(GIVEN_NOTICES, "", EVERYBODY, EXPORTS),
        *(
            Entry(
                f"api:{name}",
                "GET",
                lambda client, name=name: client.get(reverse(f"api:{name}")),
                each(200, nobody=401),
            )  # type: ignore[misc]
            for name in ("letters", "given-notices")
        ),
    ]

    def read(up_to: str) -> object:
        return lambda client: client.post(reverse("notices-read"), {"effect_id": str(uuid4()), "up_to": up_to})

    chosen = {"letters": "soon", "quiet_from": "20:00", "quiet_to": "07:00"}
    return [
        *rows_of_tasks(city),
        *rows_of_plans(city),
        *sent,
        *(Entry(name, "GET", lambda client, name=name: client.get(reverse(name)), shown) for name in ("inbox", "notices", "notice-settings", "hand-over")),  # type: ignore[misc]
        Entry("notices-read", "POST", read("1"), each(302, nobody=302)),  # type: ignore[arg-type]
        Entry("notices-read", "POST", read("x"), each(422, nobody=302), note="no number"),  # type: ignore[arg-type]
        Entry(
            "notice-settings", "POST",
            lambda client: client.post(reverse("notice-settings"), {"effect_id": str(uuid4()), **chosen}),  # type: ignore[arg-type, return-value]
            each(302, nobody=302),
        ),
    ]  # fmt: skip
