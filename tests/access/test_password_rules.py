"""What a password is refused for is said in the reader's language, and is true of it."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from linli.core.access.public import User


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short", {"password_too_short"}),
        ("aaaa", {"password_too_short", "repeated"}),
        ("ababababab", {"repeated"}),
        ("aabbccddaabb", {"repeated"}),
        ("wangmeili1", {"password_too_similar", "made_of_the_name"}),
        ("wangmaili9x", {"password_too_similar"}),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_password_is_refused_for_what_it_is(password: str, codes: set[str], language: str) -> None:
    with override(language), pytest.raises(ValidationError) as refused:
        validate_password(password, User(username="wangmeili"))
    found = {one.code for one in refused.value.error_list} - {"password_too_common", "password_entirely_numeric"}
    sentences = " ".join(refused.value.messages)
    assert (found, "username" in sentences) == (codes, False)
    assert language == "en" or sentences.replace(" ", "").isascii() is False


def test_a_password_like_the_name_is_said_in_chinese_without_a_foreign_word() -> None:
    with override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password("wangmaili9x", User(username="wangmeili"))
    assert refused.value.messages == ["密码与登录名太相似，请换一个。"]
