"""Django's entry for the core area `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "linli.core.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the histories that are bound to the audit chain, and the people whom records name."""
        from linli.core.ledger.looking import bring
        from linli.core.ledger.trail import SUBJECT, digests, findings
        from linli.core.platform.public import register_subject

        bring()
        register_subject(SUBJECT, digests, findings)
