"""Django's entry for what joins the installed subsystems to the core: their jobs and their subscriptions to events.

It stands last in INSTALLED_APPS, so every descriptor is registered when it runs and can be held against the others. Their
addresses are joined in urls.py, their API in linli/web/api/api.py.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from linli.config.commands import COMMANDS


class ConfigConfig(AppConfig):
    name = "linli.config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuses descriptors that clash or name what is not there; imports the jobs of each subsystem, so that every
        process knows them, and subscribes its handlers to events."""
        from linli.core.access.public import role_plans
        from linli.core.forms.public import check_brought_forms
        from linli.core.ledger.public import register_ledgers
        from linli.core.platform.public import check_descriptors, subscribe, subsystems
        from linli.core.platform.writing.outbox import Subscriber

        check_descriptors()
        refuse_clashing_commands()
        role_plans()
        register_ledgers()
        check_brought_forms()
        for subsystem in subsystems():
            if subsystem.jobs:
                import_module(subsystem.jobs)
            for part in subsystem.subscribers:
                subscribe(part.event, part.name, cast(Subscriber, import_string(part.handler)))


def refuse_clashing_commands() -> None:
    """Raises ImproperlyConfigured for a command of a department that the core has already; two departments' clash earlier."""
    from linli.core.platform.public import department_commands

    for name in department_commands():
        if name in COMMANDS:
            raise ImproperlyConfigured(f"A subsystem brings the command {name!r}, which the core has; choose another.")
