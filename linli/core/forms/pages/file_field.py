"""The field for a workbook or a document: what was sent, bounded, so that whoever reads it has its bytes and a name for them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_MB = 10


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a form; `id` is the digest of its bytes, by which forms of the desk count it."""

    id: str
    name: str
    content: BinaryIO


class SentFileField(forms.FileField):
    """A file; cleaned to one SentFile in a tuple, or to an empty one."""

    def __init__(self, accept: str, **kwargs: Any) -> None:
        said = {"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("This file is empty.")}
        super().__init__(**{"error_messages": said, "widget": forms.FileInput({"accept": accept}), **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file; nothing of it is read yet but for its digest."""
        sent = super().clean(data, initial)
        if not sent:
            return ()
        if (sent.size or 0) > MOST_MB << 20:
            raise forms.ValidationError(_("The file is larger than %s MB.") % MOST_MB)
        digest = sha256()
        for chunk in sent.chunks():
            digest.update(chunk)
        content = cast(BinaryIO, sent.file)
        content.seek(0)
        shown = "".join(letter for letter in (sent.name or "") if letter.isprintable())
        return (SentFile(digest.hexdigest(), shown.rsplit(".", 1)[0][:120], content),)
