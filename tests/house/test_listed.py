"""Lists of names are joined by one function, since an English page must not show the comma of Chinese lists."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

import linli
from linli.core.platform.public import listed

from .walk import sources

# Names in Chinese alone: the made-up city, what algorithms write into files, reports that carry both languages in one page.
CHINESE = ("demo/", "algorithms/", "subsystems/division/")


def test_names_are_listed_as_the_language_does() -> None:
    with translation.override("zh-hans"):
        assert listed(["路灯所", "环卫中心"]) == "路灯所、环卫中心"
    with translation.override("en"):
        assert listed(["Lighting", "Sanitation"]) == "Lighting, Sanitation"
    assert listed([]) == ""


def test_nobody_joins_names_by_hand() -> None:
    root = Path(linli.__file__).parent
    files = [path for kind in ("*.py", "*.html") for path in sources(kind)]
    assert len(files) > 500
    wrong = [
        str(path.relative_to(root))
        for path in files
        if not path.relative_to(root).as_posix().startswith(CHINESE)
        and any(words in path.read_text("utf-8") for words in ('"、".join', 'join:"、"'))
    ]
    assert wrong == []
