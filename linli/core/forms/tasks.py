"""The job of forms: drafts that are over are erased. Answers expire by the platform's own job, each by its row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linli.core.forms.filling import forget_drafts
from linli.core.platform.public import Work, periodic


@periodic("forms.forget_drafts", every=timedelta(hours=6))
def forget_old_drafts(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Erases the sheets that were begun and never sent, when their time is over."""
    forget_drafts(work)
