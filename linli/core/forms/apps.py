"""Django's entry for the core area `forms`."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "linli.core.forms"
    label = "forms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the job that erases drafts, grids as what answers may be about, and the people whom answers name."""
        import linli.core.forms.tasks  # noqa: F401 - registers the job
        from linli.core.forms.persons import bring
        from linli.core.forms.subjects import register_subject_kind
        from linli.core.forms.subjects_of_grids import GRIDS

        bring()
        register_subject_kind(GRIDS)
