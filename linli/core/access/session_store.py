"""Django's database sessions with the columns that let a user see and end their own (Django's documented extension)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from linli.core.access.models import Session
from linli.core.platform.public import ask, now

_LOAD = "SELECT session_data FROM access_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """Stores a session with its user, start, last use, address and device."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """The session's values; empty, and without a key, for one that is not there or over. Every page of the staff asks this, so
        the statement is one of the house's own and kept prepared."""
        until = connection.ops.adapt_datetimefield_value(timezone.now())
        rows = ask(_LOAD, [self.session_key, until]) if self.session_key else []
        if not rows:
            self._session_key = None
            return {}
        return dict(self.decode(rows[0][0]))

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
