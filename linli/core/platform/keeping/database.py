"""Whether the database of this site is there at all: asked by commands before a connection would make an empty file."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from linli.core.platform.saying.refusals import Refusal


class NoDatabase(Refusal):
    """The database that a command needs is not there, or nobody has said yet which one it is."""

    code = "no_database"


def refuse_missing_database() -> None:
    """Raises NoDatabase where the embedded database is missing, or the settings of another site stand in for this one's."""
    if settings.LINLI_STANDS_IN_FOR:
        raise NoDatabase(settings.LINLI_STANDS_IN_FOR)
    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    kept_in_memory = name.startswith((":memory:", "file:"))
    if database["ENGINE"].endswith("sqlite3") and not kept_in_memory and not Path(name).exists():
        raise NoDatabase(
            _(
                "There is no database at %(place)s yet: run `linli migrate`, or look at LINLI_HOME and LINLI_DATABASE_URL."
            )
            % {"place": name}
        )
