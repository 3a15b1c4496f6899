"""Sentences are said in English by themselves and in any language by the door."""

from __future__ import annotations

from linli.lib.refusal import Refusal, Sentence
from linli.lib.tables import TableError

CHINESE = {
    "line %(line)d, column %(column)s: %(value)r: %(mend)s": "第 %(line)d 行“%(column)s”列 %(value)r：%(mend)s",
    "%(name)s is too long": "%(name)s太长",
    "area code": "区划代码",
}


def test_a_sentence_and_the_sentences_inside_it_are_translated_by_the_door() -> None:
    error = Refusal("%(name)s is too long", name=Sentence("area code"))
    assert str(error) == "area code is too long"
    assert error.in_language(CHINESE.__getitem__) == "区划代码太长"


def test_the_mend_of_a_table_error_is_translated_with_it() -> None:
    error = TableError(3, "code", "1", Sentence("%(name)s is too long", {"name": Sentence("area code")}))
    assert str(error) == "line 3, column code: '1': area code is too long"
    assert error.in_language(CHINESE.__getitem__) == "第 3 行“code”列 '1'：区划代码太长"


def test_a_percent_sign_of_a_user_is_only_text() -> None:
    assert str(Refusal("%(value)s does not fit", value="100%(x)s")) == "100%(x)s does not fit"
