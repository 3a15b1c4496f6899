"""Django's entry for the demo city. It does nothing where the mode is another."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "linli.demo"
    label = "demo"

    def ready(self) -> None:
        """In demo mode alone: the city's clock (there it is the middle of a working day), and the guide on the pages."""
        from datetime import timedelta

        from django.conf import settings

        from linli.core.platform.public import shift_clock

        if settings.LINLI_MODE == "demo":
            from linli.demo.guide import fill_frame
            from linli.web.frame import fill_frames_with

            shift_clock(timedelta(seconds=settings.LINLI_CLOCK_SHIFT_S))
            fill_frames_with(fill_frame)
