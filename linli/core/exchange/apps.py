"""Django's entry for the core area `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "linli.core.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, and that their ends are told."""
        import linli.core.exchange.tasks  # noqa: F401 - registers them
        from linli.core.desk.public import long_work
        from linli.core.exchange.working import BELL

        long_work(BELL)
