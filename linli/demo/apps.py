"""Django's entry for the demo city."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "linli.demo"
    label = "demo"

    def ready(self) -> None:
        """Offers the city's ground to whoever wants to try a division; in demo mode alone there are also the city's clock (it is
        the middle of a working day there) and the guide on the pages."""
        from datetime import timedelta

        from django.conf import settings

        from linli.core.platform.public import shift_clock
        from linli.subsystems.division.ground.sample import offer_sample

        offer_sample(write_sample_ground)

        if settings.LINLI_MODE == "demo":
            from linli.demo.guide import fill_frame
            from linli.web.frame import fill_frames_with

            shift_clock(timedelta(seconds=settings.LINLI_CLOCK_SHIFT_S))
            fill_frames_with(fill_frame)


def write_sample_ground(path: Path) -> None:
    """The ground of the city that `linli demo` makes, as a file to divide. The same bytes every time."""
    from linli.demo.city import generate_city
    from linli.demo.ground_file import write_ground

    write_ground(generate_city(1), path)
