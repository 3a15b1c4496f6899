"""Passwords are kept as Argon2, of which a process computes two at a time: a hundred sign-ins at once would take 10 GB."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher

from linli.core.platform.public import password_turn


class TurnTakingArgon2Hasher(Argon2PasswordHasher):
    """Django's Argon2 with the same encoding; computing it raises TooBusy when too many wait already."""

    def encode(self, password: str, salt: str) -> str:
        """See Django."""
        with password_turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """See Django."""
        with password_turn():
            return super().verify(password, encoded)
