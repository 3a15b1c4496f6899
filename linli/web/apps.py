"""Django's entry for the surfaces: frames, error pages, template tags and the built front end."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "linli.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Lets the workbench fill the frame around its pages."""
        from linli.web.frame import fill_frames_with
        from linli.web.workbench.menu import fill_frame

        fill_frames_with(fill_frame)
