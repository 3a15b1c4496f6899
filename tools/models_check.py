"""Asks Django whether settings and models hold together, and whether a migration is missing; part of `make check`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError


def apps_without_migrations() -> list[str]:
    """Our apps that have models and no migrations folder; `makemigrations --check` passes over those in silence."""
    return sorted(
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("linli.")
        and any(model._meta.managed for model in config.get_models())
        and not (Path(config.path) / "migrations" / "__init__.py").exists()
    )


def main() -> int:
    """The command line."""
    with tempfile.TemporaryDirectory(prefix="linli-models-") as home:
        # On an embedded database of its own, because Django asks a database what it can hold.
        os.environ |= {"LINLI_MODE": "test", "LINLI_HOME": home, "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
        os.environ.pop("LINLI_DATABASE_URL", None)
        django.setup()
        try:
            call_command("check", fail_level="WARNING", databases=["default"])
        except SystemCheckError as error:
            print(error)
            return 1
        bare = apps_without_migrations()
        if bare:
            print(
                f"These apps have models and no migrations: {', '.join(bare)}. Run `python -m django makemigrations`."
            )
            return 1
        try:
            call_command("makemigrations", check_changes=True, dry_run=True, interactive=False)
        except SystemExit:
            print("A migration is missing for the changes above. Run `python -m django makemigrations`.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
