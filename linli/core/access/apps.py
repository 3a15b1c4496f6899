"""Django's entry for the core area `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "linli.core.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the texts of the mails about passwords and rights, the job that sends reset links, and the rows that
        decide who may do what, which are bound into the audit trail."""
        import linli.core.access.letters  # noqa: F401 - registers texts and job
        from linli.core.access.models import (
            ApiToken,
            FactorRule,
            Passkey,
            RecoveryCode,
            Role,
            Scope,
            TotpSecret,
            Unit,
            User,
        )
        from linli.core.platform.public import register_standing

        register_standing(Unit, "code", "kind", "parent_id", "area_id", "valid_from", "valid_to")
        register_standing(User, "username", "password", "is_active", "unit_id", "mail", "session_epoch")
        register_standing(Role, "code", "permissions", "retired_at", whole=True)
        register_standing(Scope, "user_id", "role_id", "area_id", "unit_id", "granted_by_id", "valid_from", "valid_to")
        register_standing(ApiToken, "user_id", "digest", "expires_at", "revoked_at")
        register_standing(TotpSecret, "user_id", "secret", "made_at")
        register_standing(Passkey, "user_id", "credential", "made_at")
        register_standing(RecoveryCode, "user_id", "digest", "used_at")
        register_standing(FactorRule, "role_id", "grace_days", "valid_from", "valid_to", whole=True)
