"""Puts a page together: templates, style and script of this folder, and nothing that would need a network.

An engine of its own and not the site's: a report is made by a command, without a request, and must look the same on a site
that brings other templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import mark_safe
from django.utils.translation import override

from linli.subsystems.division.report.bilingual import SPOKEN

FOLDER = Path(__file__).parent / "templates"


def rendered(template: str, context: Mapping[str, Any], language: str) -> str:
    """The page of a template that opens in `language`. Raises ValueError for a language that is none of the report's."""
    if language not in SPOKEN:
        raise ValueError(f"language {language}: must be one of {', '.join(SPOKEN)}")
    frame = {
        "lang": SPOKEN[language],
        # Both are files of this package and hold no end tag of their own; a test looks.
        "style": mark_safe((FOLDER / "report.css").read_text()),  # noqa: S308
        "script": mark_safe((FOLDER / "report.js").read_text()),  # noqa: S308
    }
    with override(language):
        return _engine().get_template(template).render(Context({**context, **frame}))


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(
        dirs=[str(FOLDER)],
        libraries={"i18n": "django.templatetags.i18n"},
        builtins=["linli.subsystems.division.report.bilingual"],
    )
