"""Django's entry for the core area `search`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "linli.core.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the job, refuses kinds that would keep what must not be found, and keeps the triggers after migrating."""
        import linli.core.search.tasks  # noqa: F401 - registers the job
        from linli.core.search.kinds import check_kinds
        from linli.core.search.triggers import keep_triggers

        check_kinds()
        post_migrate.connect(keep_triggers, sender=self)
