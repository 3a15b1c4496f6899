"""Django's entry for the demo city. It does nothing where the mode is another."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "linli.demo"
    label = "demo"

    def ready(self) -> None:
        """Sets the clock of the demo's server: in the city it is the middle of a working day, whenever one looks."""
        from datetime import timedelta

        from django.conf import settings

        from linli.core.platform.public import shift_clock

        if settings.LINLI_MODE == "demo":
            shift_clock(timedelta(seconds=settings.LINLI_CLOCK_SHIFT_S))
