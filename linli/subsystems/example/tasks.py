"""The jobs of the example: one that hears of each note, one that runs by the clock."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from linli.core.platform.public import Event, Work, periodic
from linli.subsystems.example.models import Thanks

KEPT = timedelta(days=7)


def thank(work: Work, event: Event) -> None:
    """Hears of `example.noted`, once for each note."""
    Thanks.objects.create(note_id=event.subject_id, at=work.now)


@periodic("example.forget_thanks", daily_at=time(3, 50))
def forget_thanks(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Deletes what was kept a week; running it again does nothing more."""
    Thanks.objects.filter(at__lt=work.now - KEPT).delete()
