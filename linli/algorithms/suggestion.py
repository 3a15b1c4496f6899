"""Which classes (kinds of cases) some words most likely mean: a naive Bayes model over grams of characters.

Two things teach it. A *lexicon* gives each class a few phrases that people say for it; with nothing else the model knows what
the lexicon says. A *history* of texts that people have put into classes is counted beside it and says more as it grows.

Grams are the runs of one to three Chinese characters and the Latin words of a text, each once; digits are no grams. Of a history
only grams are counted that stand in `MIN_TEXTS` texts of `MIN_VOICES` different voices (who speaks, or the place spoken of):
what one person or one corner says again and again, such as a name, a house or a telephone number, is not kept.

Model: score(class) = log p(class) + Σ w(gram) · log p(gram | class) + lexicon(class), with p(gram | class) = (n + 1) / (N + V) over
the counts n of a class, their sum N and V grams (multinomial naive Bayes, each gram of a text counted once; McCallum and Nigam
1998), and w = (1 - H/H_max)², H the entropy of the classes in which the gram stands: a gram that stands everywhere, such as
“crossing”, weighs nothing. Training is one pass; an answer costs the classes plus the non-zero counts of the words' grams and
one look at each phrase. No Django, no clock, no I/O.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linli.lib.refusal import Refusal

MIN_TEXTS: Final = 5
MIN_VOICES: Final = 3
MOST_GRAMS: Final = 20_000
_FORM: Final = 1
_WEIGHTLESS: Final = 1e-6
# What a gram of a class's phrases adds to its score; a single character says little.
_LEXICON_GRAM: Final = 4.6
_LEXICON_CHARACTER: Final = 1.25
# How many texts of a place the habits of the whole city stand for.
_PLACE_WEIGHT: Final = 20.0
# How many texts the even share of all classes stands for when the frequency of a class is estimated.
_EVEN_TEXTS: Final = 200.0
_LONGEST_TEXT: Final = 400
_SMALL_WORDS: Final = frozenset(
    ("the", "an", "on", "of", "or", "and", "in", "at", "to", "by", "is", "are", "for", "with", "no")
)
_PIECE: Final = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff]+")


class ModelUnreadable(Refusal):
    """The bytes are no history that this version wrote."""


def grams(text: str) -> list[str]:
    """The grams of a text, each once, in the order of first appearance; of the first 400 characters."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).lower()
    found: dict[str, None] = {}
    for piece in _PIECE.findall(folded):
        if piece[0] >= "\u3400":
            for size in (3, 2, 1):
                found.update(dict.fromkeys(piece[at : at + size] for at in range(len(piece) - size + 1)))
        elif len(piece) > 1 and piece not in _SMALL_WORDS:
            found[_stem(piece)] = None
    return list(found)


def _stem(word: str) -> str:
    """A Latin word without the endings that tell one from many: enough for lamp, lamps, leak, leaking, leaked."""
    for ending in ("ings", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a history: its class, who speaks or which place is spoken of, and the place by whose habits it counts."""

    words: str
    label: str
    voice: Hashable
    place: str = ""


@dataclass(frozen=True)
class History:
    """What is kept of a history: counts, no text. `places` counts the classes of each place."""

    texts: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # gram -> label -> texts
    places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The history as bytes; `unpack` reads them."""
        content = {
            "form": _FORM,
            "texts": self.texts,
            "labels": self.labels,
            "counts": self.counts,
            "places": self.places,
        }
        return zlib.compress(json.dumps(content, ensure_ascii=False, sort_keys=True).encode(), 9)


def unpack(packed: bytes) -> History:
    """The history that `packed` wrote. Raises ModelUnreadable for anything else."""
    try:
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        if content["form"] != _FORM:
            raise ValueError(content["form"])
        return History(content["texts"], content["labels"], content["counts"], content["places"])
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise ModelUnreadable("The counts of earlier cases cannot be read; train again.") from error


def learn(texts: Iterable[Text], *, min_texts: int = MIN_TEXTS, min_voices: int = MIN_VOICES) -> History:
    """Counts a history. What stands in fewer texts or comes from fewer voices than asked is dropped; then the rarest beyond 20,000.

    Memory: the grams of all texts once. Equal texts in any order give equal histories.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    voices: defaultdict[str, set[Hashable]] = defaultdict(set)
    labels: Counter[str] = Counter()
    places: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        labels[text.label] += 1
        if text.place:
            places[text.place][text.label] += 1
        for gram in grams(text.words):
            counts[gram][text.label] += 1
            heard = voices[gram]
            if len(heard) < min_voices:
                heard.add(text.voice)
    kept = [gram for gram, by in counts.items() if by.total() >= min_texts and len(voices[gram]) >= min_voices]
    kept.sort(key=lambda gram: (-counts[gram].total(), gram))
    return History(
        labels.total(), dict(labels), {gram: dict(counts[gram]) for gram in sorted(kept[:MOST_GRAMS])},
        {place: dict(by) for place, by in places.items()},
    )  # fmt: skip


class Suggester:
    """A lexicon and a history together, ready to answer. Shared and read-only."""

    def __init__(self, lexicon: Mapping[str, Sequence[str]], history: History | None = None) -> None:
        """`lexicon` names every class that can be answered, with its phrases; other classes of the history are passed over."""
        history = history or History()
        self.labels = list(lexicon)
        self._at = {label: number for number, label in enumerate(self.labels)}
        self._said = _Phrases(lexicon)
        counts = {gram: self._known(by) for gram, by in history.counts.items()}
        sums = np.zeros(len(self.labels))
        for by_class in counts.values():
            sums[list(by_class)] += list(by_class.values())
        self._losses = np.log(sums + max(1, len(counts)))
        self._heard = {gram: _Gram(by_class, len(self.labels)) for gram, by_class in counts.items() if by_class}
        self._frequent = self._shares(history.labels, None, _EVEN_TEXTS)
        self._places = history.places

    def _known(self, by_label: Mapping[str, int]) -> dict[int, int]:
        return {self._at[label]: texts for label, texts in by_label.items() if label in self._at}

    def _shares(
        self, counted: Mapping[str, int], before: npt.NDArray[np.float64] | None, weight: float
    ) -> npt.NDArray[np.float64]:
        even = np.full(len(self.labels), 1 / max(1, len(self.labels))) if before is None else before
        found = weight * even
        for label, times in counted.items():
            if label in self._at:
                found[self._at[label]] += times
        return np.asarray(found / max(found.sum(), 1e-9))

    def suggest(self, words: str, *, place: str = "", most: int = 3) -> list[tuple[str, float]]:
        """The most likely classes with their share of likelihood, best first; none when the model knows no gram of the words.

        Only classes are answered in which some gram of the words was seen. `place` lets the habits of that place count.
        """
        asked = grams(words)
        scores, seen = self._said.scores(asked)
        for gram in asked:
            if (heard := self._heard.get(gram)) is not None:
                scores -= heard.weight * self._losses
                scores[heard.classes] += heard.gains
                seen[heard.classes] |= heard.weight > _WEIGHTLESS
        if not seen.any():
            return []
        shares = self._shares(self._places.get(place, {}), self._frequent, _PLACE_WEIGHT)
        scores += np.log(shares)
        scores[~seen] = -np.inf
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        order = sorted(np.flatnonzero(seen), key=lambda at: (-likely[at], at))[:most]
        return [(self.labels[at], float(likely[at])) for at in order]


class _Gram:
    """What a gram of the history says: its weight, the classes it stood in, and what each gains by it."""

    __slots__ = ("classes", "gains", "weight")

    def __init__(self, by_class: Mapping[int, int], classes: int) -> None:
        times = np.fromiter(by_class.values(), np.float64, len(by_class))
        shares = times / times.sum()
        surprise = -float((shares * np.log(shares)).sum())
        self.weight = (1 - surprise / np.log(max(2, classes))) ** 2
        self.classes: npt.NDArray[np.int32] = np.fromiter(by_class, np.int32, len(by_class))
        self.gains: npt.NDArray[np.float64] = self.weight * np.log1p(times)


class _Phrases:
    """The lexicon: each class gains by the grams of its phrases, and by the longest phrase that stands whole in the words."""

    def __init__(self, lexicon: Mapping[str, Sequence[str]]) -> None:
        self._classes = len(lexicon)
        by_gram: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._whole: list[tuple[frozenset[str], int, float]] = []
        for at, phrases in enumerate(lexicon.values()):
            for phrase in phrases:
                found = frozenset(grams(phrase))
                if found:
                    self._whole.append((found, at, _phrase_gain(phrase)))
                for gram in found:
                    by_gram[gram][at] = None
        self._grams = {gram: np.fromiter(classes, np.int32, len(classes)) for gram, classes in by_gram.items()}

    def scores(self, asked: Sequence[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """What each class gains by the words, and whether anything of it stands in them."""
        scores, whole = np.zeros(self._classes), np.zeros(self._classes)
        seen = np.zeros(self._classes, dtype=bool)
        for gram in asked:
            if (classes := self._grams.get(gram)) is not None:
                is_character = len(gram) == 1
                scores[classes] += _LEXICON_CHARACTER if is_character else _LEXICON_GRAM
                seen[classes] |= not is_character
        words = set(asked)
        for phrase, at, gain in self._whole:
            if gain > whole[at] and phrase <= words:
                whole[at] = gain
        return scores + whole, seen | (whole > 0)


def _phrase_gain(phrase: str) -> float:
    """Two for each Chinese character, four for each Latin word, eight at most."""
    return min(8.0, sum(2.0 * len(piece) if piece[0] >= "\u3400" else 4.0 for piece in _PIECE.findall(phrase)))
