"""The door of the inbox: what waits for somebody over all flows, tasks, and what people were told."""

from linli.core.inbox.handing import Handed, Named, hand_all_over, may_hand_over, named_for
from linli.core.inbox.lists import PLANS, TASKS
from linli.core.inbox.models import Every, Letters, Notice, NoticeChoice, Task, TaskPlan
from linli.core.inbox.notices import choice_of, choose, notices_of, read_all, unread_count
from linli.core.inbox.plans import (
    PlanGiven,
    change_task_plan,
    end_task_plan,
    give_occurrence,
    make_task_plan,
    may_change,
    pause_task_plan,
    plans_seen,
    tasks_of_plan,
)
from linli.core.inbox.reach import BY_ADMISSION, is_of_department, may_give_to, may_give_to_unit, reach
from linli.core.inbox.rhythm_words import WEEKDAYS, rhythm_words
from linli.core.inbox.sent import GIVEN_NOTICES, LETTERS
from linli.core.inbox.task_flow import NOTHING, TASK, About, give_task, give_task_of, item_about
from linli.core.inbox.verifying import give_verifications, tonight
from linli.core.inbox.waiting import Kind, Waiting, WaitingPage, kinds_of, may_wait, waiting_for

__all__ = [
    "BY_ADMISSION",
    "GIVEN_NOTICES",
    "LETTERS",
    "NOTHING",
    "PLANS",
    "TASK",
    "TASKS",
    "WEEKDAYS",
    "About",
    "Every",
    "Handed",
    "Kind",
    "Letters",
    "Named",
    "Notice",
    "NoticeChoice",
    "PlanGiven",
    "Task",
    "TaskPlan",
    "Waiting",
    "WaitingPage",
    "change_task_plan",
    "choice_of",
    "choose",
    "end_task_plan",
    "give_occurrence",
    "give_task",
    "give_task_of",
    "give_verifications",
    "hand_all_over",
    "is_of_department",
    "item_about",
    "kinds_of",
    "make_task_plan",
    "may_change",
    "may_give_to",
    "may_give_to_unit",
    "may_hand_over",
    "may_wait",
    "named_for",
    "notices_of",
    "pause_task_plan",
    "plans_seen",
    "reach",
    "read_all",
    "rhythm_words",
    "tasks_of_plan",
    "tonight",
    "unread_count",
    "waiting_for",
]
