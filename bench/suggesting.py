"""How often the right category stands among those suggested: `LINLI_HOME=<a demo city> python -m bench.suggesting`.

Reads the filed cases of the deployment in LINLI_HOME (`linli demo --home` makes one) and changes nothing. Five times a fifth of them is
set aside, the rest is learnt, and the words of the fifth are asked: with the cases split at random; with whatever sounds alike on one side, so that
nothing was learnt that is nearly what is asked (a demo city repeats itself); and with the lexicon alone.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from itertools import combinations

from linli.algorithms.suggestion import History, Suggester, Text, grams, learn

PARTS = 5


def main() -> None:
    """Prints one line per way of splitting: first right, among three right, medians over the five parts."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    django.setup()
    from linli.core.cases.intake.learning import filed_texts
    from linli.core.catalogue.public import CategoryNode, catalogue
    from linli.core.catalogue.suggesting import lexicon, suggested_by

    texts = list(filed_texts())
    if len(texts) < 100:
        sys.exit("There are fewer than 100 filed cases in LINLI_HOME: nothing to measure.")
    by_key = {node.key: node for node in catalogue().categories.values()}
    words = lexicon()
    numbered = {id(text): place for place, text in enumerate(texts)}
    seconds: list[float] = []

    def right(suggester: Suggester, text: Text) -> tuple[bool, bool]:
        begun = time.process_time()
        found: list[CategoryNode] = suggested_by(suggester, by_key, text.words, place=text.place)
        seconds.append(time.process_time() - begun)
        wanted = by_key[text.label].thing
        return [node.thing for node in found[:1]] == [wanted], wanted in [node.thing for node in found]

    def row(name: str, key: Callable[[Text], Hashable], *, learns: bool) -> None:
        shares = []
        for asked, learnt in parts(texts, key):
            suggester = Suggester(words, learn(learnt) if learns else History())
            shares.append(
                [sum(column) / len(asked) for column in zip(*(right(suggester, one) for one in asked), strict=True)]
            )
        first, three = (statistics.median(column) for column in zip(*shares, strict=True))
        print(f"| {name} | {first:.1%} | {three:.1%} |")

    print(
        f"{len(texts)} filed cases, {len({one.label for one in texts})} categories, {len({one.words for one in texts})} wordings\n"
    )
    print("| split by | first right | among three |\n| --- | ---: | ---: |")
    row("case, at random", lambda text: numbered[id(text)], learns=True)
    alike = likeness(texts)
    row("likeness: nothing learnt shares half its grams with what is asked", lambda text: alike[id(text)], learns=True)
    row("likeness, with the lexicon alone", lambda text: alike[id(text)], learns=False)
    print(
        f"\nOne answer: {statistics.median(seconds) * 1000:.2f} ms of processor time; what is kept: {len(learn(texts).packed()):,} bytes."
    )


def likeness(texts: list[Text]) -> dict[int, int]:
    """A number for each text, the same for texts that share at least half of their grams, and so on from one to the next."""
    said = [frozenset(grams(text.words)) for text in texts]
    group = list(range(len(texts)))

    def root(one: int) -> int:
        while group[one] != one:
            group[one] = one = group[group[one]]
        return one

    for first, second in combinations(range(len(texts)), 2):
        both = len(said[first] & said[second])
        if 2 * both >= len(said[first]) + len(said[second]) - both:
            group[root(first)] = root(second)
    return {id(text): root(place) for place, text in enumerate(texts)}


def parts(rows: list[Text], key: Callable[[Text], Hashable]) -> Iterator[tuple[list[Text], list[Text]]]:
    """Five times a fifth and the rest; rows with one key stay together."""
    keys = sorted({key(one) for one in rows}, key=str)
    random.Random(7).shuffle(keys)
    for part in range(PARTS):
        apart = set(keys[part::PARTS])
        yield [one for one in rows if key(one) in apart], [one for one in rows if key(one) not in apart]


if __name__ == "__main__":
    main()
