"""The tables of office work, each in its own room; Django looks for them here."""

from linli.subsystems.office.accounts.models import Book, Booking, BookMonth, PublishedMonth
from linli.subsystems.office.approvals.models import Approval, ApprovalKind, ApprovalState
from linli.subsystems.office.documents.models import DocumentIn, DocumentOut, DocumentReader, NumberSeries
from linli.subsystems.office.leave.models import Leave, LeaveKind, LeaveState
from linli.subsystems.office.meetings.models import Decision, Invitation, Meeting

__all__ = [
    "Approval",
    "ApprovalKind",
    "ApprovalState",
    "Book",
    "BookMonth",
    "Booking",
    "Decision",
    "DocumentIn",
    "DocumentOut",
    "DocumentReader",
    "Invitation",
    "Leave",
    "LeaveKind",
    "LeaveState",
    "Meeting",
    "NumberSeries",
    "PublishedMonth",
]
