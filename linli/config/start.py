"""Starting Django for a command: with the settings of this site, or for what needs none with those of the demo.

cli.py next door finds the commands; they start Django by themselves, because most need settings and some none.
"""

from __future__ import annotations

import os
from gettext import gettext as _
from pathlib import Path

import click

from linli.lib.refusal import Refusal
from linli.lib.speech import reader_language


def start_django() -> None:
    """Loads settings and models. Safe to call twice. Raises UsageError with a sentence for a wrong setting."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    home = demo_home()
    if home is not None:
        from linli.demo.run import clock_shift

        os.environ.setdefault("LINLI_CLOCK_SHIFT", str(int(clock_shift(home).total_seconds())))
    import django
    from django.core.exceptions import ImproperlyConfigured

    from linli.config.environment import SettingError

    try:
        django.setup()
    except (SettingError, ImproperlyConfigured) as error:
        raise click.UsageError(sentence_of(error)) from None


def on_database() -> None:
    """`start_django` for what works on the site's database. Raises NoDatabase, in the reader's language, where there is none."""
    start_django()
    from django.utils.translation import override

    from linli.core.platform.public import refuse_missing_database

    with override(reader_language()):
        refuse_missing_database()


def start_without_site() -> None:
    """`start_django` for what needs no site: where nobody has set one up yet, the demo's settings stand in.

    `refuse_missing_database` then says what is wrong with the site's own, before a command touches what they protect. Raises
    UsageError for a wrong setting where LINLI_MODE says which site is meant.
    """
    try:
        start_django()
    except click.UsageError as wrong:
        if os.environ.get("LINLI_MODE", "").strip():
            raise
        os.environ["LINLI_MODE"] = "demo"
        start_django()
        from django.conf import settings

        settings.LINLI_STANDS_IN_FOR = wrong.message


def demo_home() -> Path | None:
    """The folder of the demo city that this process works in: whatever writes there writes at the city's time. None elsewhere."""
    home = Path(os.environ.get("LINLI_HOME", "var").strip()).absolute()
    if os.environ.get("LINLI_MODE", "").strip() != "demo":
        return None
    from linli.demo.run import is_demo_home

    return home if is_demo_home(home) else None


def sentence_of(error: Exception) -> str:
    """What an error says, in the reader's language where it is a sentence of ours.

    A refusal of core keeps the sentence that it was raised with; its text would be translated anew, when its language is over.
    """
    return error.in_language(_) if isinstance(error, Refusal) else str(getattr(error, "sentence", error))
