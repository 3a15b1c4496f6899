"""What the search finds of office work."""

from __future__ import annotations

from linli.subsystems.office.tests.test_approval import approval_of
from linli.subsystems.office.tests.test_documents_in import document_of
from linli.subsystems.office.tests.test_documents_out import draft_of
from linli.subsystems.office.tests.test_meetings import meeting_of
from tests.search.table import Row

FOUND = {
    "documents_in": Row(lambda city: document_of(city).subject, ("房屋安全", "住建局", "gykz"), ("acceptance", "leader"), ("worker", "other_acceptance")),
    "documents_out": Row(lambda city: draft_of(city).subject, ("排查情况", "gypc"), ("worker", "leader"), ("clerk", "other_acceptance")),
    "meetings": Row(lambda city: meeting_of(city).title, ("周例会", "zlh", "会议室"), ("leader", "supervisor"), ("worker", "other_acceptance")),
    "approvals": Row(lambda city: approval_of(city).subject, ("打印纸", "dyz"), ("worker", "leader"), ("clerk", "other_worker")),
}  # fmt: skip
