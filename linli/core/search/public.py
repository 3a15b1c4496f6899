"""The door of the search. What is found a department says in its descriptor: docs/search.md."""

from linli.core.search.answering import Answer, answer, find
from linli.core.search.finding import words_of
from linli.core.search.indexing import catch_up, index_stale
from linli.core.search.kinds import indexed_kinds, kinds

__all__ = ["Answer", "answer", "catch_up", "find", "index_stale", "indexed_kinds", "kinds", "words_of"]
