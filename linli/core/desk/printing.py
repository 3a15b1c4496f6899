"""Printing: a template of a department and data become a PDF, with the house's page around it.

A template is a typst file below a department's `templates/`, such as `office/leave.typ`; it begins with
`#import "house.typ": *` and shows `data`. What people wrote is data there and never markup (linli/lib/typesetting.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.utils import get_app_template_dirs
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from linli.core.platform.public import Refusal, in_words, now, reading_child
from linli.lib import typesetting

HOUSE = Path(__file__).parent / "templates" / "print" / "house.typ"
# Where Debian, Fedora, Arch and openSUSE put Noto CJK. An office's own fonts stand in the folder `fonts` beside its database.
FONT_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/google-noto-sans-cjk-fonts"),
    Path("/usr/share/fonts/google-noto-serif-cjk-fonts"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/truetype"),
)


class CannotPrint(Refusal):
    """Nothing can be printed: no font with Chinese characters is there, or it is too much for one print."""

    code = "cannot_print"


def pdf(
    template: str, data: Mapping[str, Any], *, pictures: Mapping[str, bytes] | None = None, stranger: bool = False
) -> bytes:
    """The pages of a template with data that JSON can hold. Pictures are shown by their name, `image("seal.png")`.

    Page numbers and the like are in the active language. Raises CannotPrint, TooBusy, and TemplateBroken for a template that
    is wrong. Takes a place in the line in which photos are read, in that of people without account for a `stranger`, and keeps nothing.
    """
    source = template_path(template).read_bytes()
    language = "en" if (get_language() or "").startswith("en") else "zh"
    fonts = (Path(settings.LINLI_HOME) / "fonts", *FONT_FOLDERS)
    files = {"house.typ": HOUSE.read_bytes(), **(pictures or {})}
    with reading_child(stranger=stranger) as child:
        try:
            return typesetting.pdf(source, data, child, at=now(), fonts=fonts, language=language, files=files)
        except (typesetting.NoChineseFont, typesetting.TooMuchToPrint) as refused:
            raise CannotPrint(in_words(refused.sentence)) from None


def pdf_answer(
    template: str,
    data: Mapping[str, Any],
    *,
    name: str,
    pictures: Mapping[str, bytes] | None = None,
    stranger: bool = False,
) -> HttpResponse:
    """`pdf` as the answer of a page, shown in the browser; `name` is what a saved file is called, without ending."""
    answer = HttpResponse(pdf(template, data, pictures=pictures, stranger=stranger), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=f"{name}.pdf") or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer


def template_path(template: str) -> Path:
    """Where a template stands. Raises TemplateBroken for one that no installed package has."""
    found = (Path(folder) / template for folder in get_app_template_dirs("templates"))
    path = next((one for one in found if one.is_file()), None)
    if path is None:
        raise typesetting.TemplateBroken(f"There is no template {template}.")
    return path
