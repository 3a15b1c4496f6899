"""Forms: `python -m bench.forms` (`vectors` for the expressions alone), in one process, without a database.

A form of sixty questions, ten of them calculated or asked under a condition: read from its document, judged with all answers, and drawn
on one page with its fields, CPU milliseconds, medians. And 100,000 made-up expressions in both engines, which must be equal.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

VECTORS = 100_000
BATCH = 10_000
ROUNDS = 30
GOAL_MS = 15.0


def document() -> dict[str, Any]:
    """A form of sixty questions of all common kinds in six groups."""
    kinds = ["text", "number", "one", "several", "date", "phone", "number", "address"]
    groups: list[dict[str, Any]] = []
    for group in range(6):
        items: list[dict[str, Any]] = []
        for place in range(10):
            name = f"q{group}_{place}"
            kind = kinds[place] if place < 8 else "number"
            one: dict[str, Any] = {
                "type": kind,
                "name": name,
                "label": {"zh-hans": f"第 {place} 题", "en": f"Question {place}"},
            }
            if kind in ("one", "several"):
                one["choices"] = [{"code": f"c{number}", "label": f"选项 {number}"} for number in range(6)]
            if kind == "number":
                one |= {"constraint": {"<=": [0, {"var": name}, 1000]}, "unit": "人"}
            if place == 8:
                one = {
                    "type": "calculated",
                    "name": name,
                    "label": "合计",
                    "calculate": {"+": [{"var": f"q{group}_1"}, {"var": f"q{group}_6"}]},
                }
            if place == 9:
                one["relevant"] = {">": [{"var": f"q{group}_8"}, 10]}
            items.append(one)
        groups.append({"type": "group", "name": f"g{group}", "label": f"第 {group} 组", "items": items})
    kept = {"purpose": "measure", "class": "general", "keep_days": 30}
    return {"form": 1, "titles": {"zh-hans": "六十题"}, "defaults": kept, "items": groups}


ANSWERS = {
    0: "柳荫路 12 号",
    1: "7",
    2: "c3",
    3: ["c1", "c4"],
    4: "2026-11-30",
    5: "138 0000 0000",
    6: "8",
    7: "柳荫路 12 号",
    9: "3",
}


def cpu_ms(effect: Callable[[], object]) -> float:
    """The median of CPU milliseconds of many rounds, after two that do not count."""
    found = []
    for round_ in range(ROUNDS + 2):
        begun = time.process_time()
        effect()
        if round_ >= 2:
            found.append((time.process_time() - begun) * 1000)
    return statistics.median(found)


def sixty_questions() -> None:
    """Prints what each part costs."""
    from django.http import QueryDict
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    from linli.core.forms.pages.sheet_form import SheetForm
    from linli.core.forms.public import judged, read, taken_in

    schema = read(document())
    typed = {f"q{group}_{place}": value for group in range(6) for place, value in ANSWERS.items()}
    posted = QueryDict(mutable=True)
    for name, value in typed.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    request = RequestFactory().post("/", posted.urlencode(), content_type="application/x-www-form-urlencoded")
    answers, faults = taken_in(schema, typed)
    told = judged(schema, answers, "2026-11-30")
    if faults or told.faults or len(told.answers) != 60:
        sys.exit("The made-up answers do not fit: nothing to measure.")

    def drawn() -> str:
        shown = SheetForm(request, schema.items, told, answers, {}, fresh=True)
        return render_to_string("forms/parts.html", {"parts": shown.drawn(), "whole": True, "form": shown})

    def validated() -> None:
        form = SheetForm(request, schema.items, told, answers, {})
        if not form.is_valid():
            sys.exit(str(form.errors))
        given, wrong = taken_in(schema, form.given())
        if wrong or judged(schema, given, "2026-11-30").faults:
            sys.exit("The answers are refused.")

    drawing, judging = cpu_ms(drawn), cpu_ms(validated)
    print("| sixty questions | CPU ms |\n| --- | ---: |")
    print(f"| read from the document | {cpu_ms(lambda: read(document())):.1f} |")
    print(f"| judged | {cpu_ms(lambda: judged(schema, answers, '2026-11-30')):.2f} |")
    print(f"| drawn on one page | {drawing:.1f} |\n| taken in from what a page sent, and judged | {judging:.1f} |")
    print(f"| both, goal {GOAL_MS:.0f} | {drawing + judging:.1f} |")


def vectors() -> None:
    """Asks both engines; ends with exit code 1 at the first that differ."""
    from tests.forms.vectors import Maker, different

    seconds = {"made": 0.0, "asked": 0.0}
    for batch in range(VECTORS // BATCH):
        begun = time.perf_counter()
        found = list(Maker(batch).vectors(BATCH))
        seconds["made"] += time.perf_counter() - begun
        begun = time.perf_counter()
        if wrong := different(found):
            sys.exit(f"{len(wrong)} of {BATCH} differ, such as {wrong[0]}")
        seconds["asked"] += time.perf_counter() - begun
    print(
        f"\n{VECTORS:,} vectors equal in both engines; made in {seconds['made']:.0f} s, asked in {seconds['asked']:.0f} s."
    )


def main() -> None:
    """Both, or the vectors alone."""
    import django

    os.environ.setdefault("LINLI_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    django.setup()
    if "vectors" not in sys.argv:
        sixty_questions()
    vectors()


if __name__ == "__main__":
    main()
