"""The door of the inbox: what waits for somebody over all flows, and what they were told."""

from linli.core.inbox.models import Letters, Notice, NoticeChoice
from linli.core.inbox.notices import choice_of, choose, notices_of, read_all, unread_count
from linli.core.inbox.waiting import Kind, Waiting, WaitingPage, kinds_of, may_wait, waiting_for

__all__ = [
    "Kind", "Letters", "Notice", "NoticeChoice", "Waiting", "WaitingPage", "choice_of", "choose", "kinds_of", "may_wait", "notices_of",
    "read_all", "unread_count", "waiting_for",
]  # fmt: skip
