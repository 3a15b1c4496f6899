"""The pictures of docs/division.md are those that the engine draws."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.division_pictures.__main__ import FOLDER, PICTURES, main

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TAG = re.compile(r"<[^>]*>")
# Coordinates are rounded to quarters of a pixel; another processor may round one the other way.
ROUNDING = 1.0


def difference(drawn: str, kept: str) -> str:
    """The first line in which two pictures differ by more than rounding; empty when none does."""
    lines, others = drawn.splitlines(), kept.splitlines()
    for number, (one, other) in enumerate(zip(lines, others, strict=False), 1):
        same = NUMBER.split(one) == NUMBER.split(other) and all(
            abs(float(new) - float(old)) <= ROUNDING
            for new, old in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
        )
        if not same or TAG.sub("", one) != TAG.sub("", other):
            return f"line {number}: {other[:120]} is now {one[:120]}"
    return "" if len(lines) == len(others) else f"{len(others)} lines are now {len(lines)}"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_engine_draws_today(name: str) -> None:
    found = difference(PICTURES[name](), (FOLDER / name).read_text(encoding="utf-8"))
    assert not found, (
        f"docs/pictures/{name} is not what the engine draws ({found}). If the new division is right, run "
        "`python -m tools.division_pictures`, look at the pictures and commit them."
    )


def test_another_label_and_a_moved_line_are_differences_and_a_rounded_one_is_not() -> None:
    kept = '<path d="M10 20l30-5"/>\n<text x="7" y="8">410 户</text>'
    assert difference(kept, kept) == ""
    assert difference(kept.replace("M10 ", "M11 "), kept) == ""
    assert "line 1" in difference(kept.replace("M10 ", "M14 "), kept)
    assert "line 1" in difference(kept.replace("l30-5", "l30-5 4 4"), kept)
    assert "line 2" in difference(kept.replace("410", "411"), kept)
    assert difference(kept + "\n<g/>", kept) == "2 lines are now 3"


def test_the_command_draws_every_picture_small_enough_for_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.division_pictures.__main__.PICTURES", {"one.svg": lambda: "<svg/>\n"})
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / "one.svg").read_text(encoding="utf-8") == "<svg/>\n"
    assert "one.svg" in capsys.readouterr().out
    assert all((FOLDER / name).stat().st_size < 150_000 for name in PICTURES)


def test_the_page_shows_every_picture() -> None:
    page = (FOLDER.parent / "division.md").read_text(encoding="utf-8")
    assert [name for name in PICTURES if f"](pictures/{name})" not in page] == []
