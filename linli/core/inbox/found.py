"""What the one search finds of tasks: those that somebody is to do or gave. Their words are personal, so they stand in no index."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.inbox.task_flow import TASK
from linli.core.platform.public import AskedKind, Found


def find_tasks(access: Access, words: str, most: int) -> list[Found]:
    """The newest tasks of the person's own whose subject holds the words."""
    own = TASK.visible(access).filter(Q(assignee_id=access.user_id) | Q(giver_id=access.user_id))
    rows = own.filter(subject__icontains=words).order_by("-id")[:most]
    return [Found(str(row), row.get_state_display(), reverse(TASK.page, args=[row.id])) for row in rows]


SEARCH = (
    AskedKind(
        code="tasks",
        titles={"zh-hans": "任务", "en": "Tasks"},
        icon="check-square",
        permission="",
        find=find_tasks,
        more="tasks",
        order=50,
    ),
)
