"""What the one search finds of office work: documents, meetings and approvals, those that the flow lets somebody see."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from linli.core.flow.public import AnyFlow
from linli.core.platform.public import Found, IndexedKind
from linli.subsystems.office.approvals.flow import APPROVAL
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.flow_out import DOCUMENT_OUT
from linli.subsystems.office.meetings.flow import MEETING


def _shown(page: str, title: str) -> Any:
    def shown(row: Any) -> Found:
        note = " · ".join(part for part in (getattr(row, "reference", ""), row.get_state_display()) if part)
        return Found(getattr(row, title), str(note), reverse(page, args=[row.id]))

    return shown


def _kind(code: str, flow: AnyFlow, zh: str, en: str, icon: str, order: int, **columns: Any) -> IndexedKind:
    return IndexedKind(
        code=code, titles={"zh-hans": zh, "en": en}, icon=icon, permission="", model=flow.model, rows=flow.visible,
        shown=_shown(flow.page, columns["names"][0]), more=f"office:{code.replace('_', '-')}", order=order, **columns,
    )  # fmt: skip


SEARCH = (
    _kind("documents_in", DOCUMENT_IN, "收文", "Documents in", "mail", 72, names=("subject",), codes=("reference", "sender_number"), text=("sender",)),
    _kind("documents_out", DOCUMENT_OUT, "发文", "Documents out", "send", 74, names=("subject",), codes=("reference",), text=("addressee",)),
    _kind("meetings", MEETING, "会议", "Meetings", "message-square", 76, names=("title",), text=("place",)),
    _kind("approvals", APPROVAL, "审批", "Approvals", "user-check", 78, names=("subject",)),
)  # fmt: skip
