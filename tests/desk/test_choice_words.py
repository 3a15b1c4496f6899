"""The word of a choice is what Django would show, in the language of the reader, and is found without translating the others."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.utils import translation

from linli.core.desk.public import choice_words
from linli.core.registry.models import PremisesKind
from linli.core.registry.public import Premises


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", [*PremisesKind.values, "windmill"])
def test_it_says_what_django_says(language: str, kind: str) -> None:
    premises = Premises(kind=kind)
    with translation.override(language):
        assert choice_words(premises, "kind") == str(premises.get_kind_display())


def test_nothing_has_no_word() -> None:
    premises = Premises()
    setattr(premises, "kind", None)  # noqa: B010 - its type allows none, rows of other tables do
    assert choice_words(premises, "kind") == ""


def test_only_the_word_itself_is_translated() -> None:
    choice_words(Premises(kind="shop"), "kind")
    with patch("django.utils.translation.gettext", side_effect=translation.gettext) as asked:
        choice_words(Premises(kind="shop"), "kind")
    assert asked.call_count <= 1
