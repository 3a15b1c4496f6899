"""Django's database sessions with the columns that let a user see and end their own (Django's documented extension)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from linli.core.access.models import Session
from linli.core.platform.public import now


class SessionStore(DatabaseStore):
    """Stores a session with its user, start, last use, address and device."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = super().create_model_instance(data)
        assert isinstance(session, Session)  # noqa: S101 - get_model_class says so; for the type checker
        user = data.get(SESSION_KEY)
        session.user_id = int(user) if user else None
        instant = now()
        session.started_at = (data.get("started_at") and datetime.fromisoformat(data["started_at"])) or instant
        session.seen_at = instant
        session.origin = str(data.get("origin", ""))[:45]
        session.device = str(data.get("device", ""))[:120]
        return session
