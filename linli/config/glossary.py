"""The glossary of the house: the core's words in docs/glossary.md, below them those of each department's `glossary.md`.

`linli glossary` puts it together and says what does not hold: a word twice, one Chinese word for two things or one name with two
Chinese words, and a name that does not occur in the code of the package whose word it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
MARK = "<!-- Below stand the words of the departments, from glossary.md in the folder of each; `linli glossary` writes them here. -->"
HEAD = """

## Departments

"""
ROW = re.compile(r"^\| (?P<name>[^|]+?) \| (?P<chinese>[^|]+?) \| [^|]+? \|$", re.MULTILINE)
CODE = re.compile(r"`(\w+)`")
STEM = 5


@dataclass(frozen=True)
class Word:
    """One row: the name in English, the Chinese beside it, the package whose word it is ("" for the core's)."""

    name: str
    chinese: str
    package: str
    table: int  # which table of its page

    @property
    def code(self) -> str:
        """The name as the code has it, without the backticks; "" for a word that is only spoken."""
        found = CODE.match(self.name)
        return found[1] if found else ""

    @property
    def stems(self) -> frozenset[str]:
        """The beginnings of the words of its name: CaseEvent and FlowEvent are both events."""
        parts = re.findall(r"[A-Z]?[a-z]+", self.code or self.name)
        return frozenset(part.lower()[:STEM] for part in parts)


def words_of(page: str, package: str = "") -> list[Word]:
    """The rows of all tables of a page, without their heads."""
    found, table = [], 0
    for row in ROW.finditer(page):
        table += row["name"] == "name"
        if row["name"] != "name" and set(row["name"]) != {"-"}:
            found.append(Word(row["name"], row["chinese"], package, table))
    return found


def department_pages(codes: Iterable[str]) -> Mapping[str, str]:
    """The page of each department that has one, in the order given."""
    files = {code: PACKAGE / "subsystems" / code / "glossary.md" for code in codes}
    return {code: file.read_text("utf-8") for code, file in files.items() if file.exists()}


def core_part(page: str) -> str:
    """What of the page of the house is written by hand."""
    return page.partition(MARK)[0].rstrip() + "\n"


def whole_page(page: str, departments: Mapping[str, str]) -> str:
    """The page of the house with the words of the departments below its own; the same again changes nothing."""
    parts = [core_part(page), "\n", MARK, HEAD]
    parts.append("\n".join(re.sub(r"^#", "###", part.strip(), count=1) + "\n" for part in departments.values()))
    return "".join(parts)


def findings(words: Iterable[Word]) -> list[str]:
    """What of the words does not hold, in sentences."""
    words = list(words)
    said = [
        f"{_where(word)} {word.name} is not found in the code." for word in words if word.code and not _in_code(word)
    ]
    by_row: dict[tuple[str, str, int], list[Word]] = defaultdict(list)
    by_chinese: dict[str, list[Word]] = defaultdict(list)
    by_name: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        by_row[word.name, word.package, word.table].append(word)
        by_chinese[word.chinese].append(word)
        by_name[word.name].append(word)
    said += [
        f"{name} stands twice in one table: {_wheres(rows)}." for (name, *_of), rows in by_row.items() if len(rows) > 1
    ]
    for chinese, rows in by_chinese.items():
        if not all(rows[0].stems & word.stems for word in rows):
            said.append(f"{chinese} is the word for {_names(rows)}: {_wheres(rows)}.")
    for name, rows in by_name.items():
        if not all(_share_a_word(rows[0].chinese, word.chinese) for word in rows):
            said.append(f"{name} is called {' and '.join(sorted({word.chinese for word in rows}))}: {_wheres(rows)}.")
        elif len({word.package for word in rows}) > 1:
            said.append(f"{name} is a word of several packages: {_wheres(rows)}.")
    return sorted(set(said))


def _share_a_word(one: str, other: str) -> bool:
    """Whether two Chinese terms have two characters in a row in common, as 作废 and 已作废 have."""
    return one == other or any(one[at : at + 2] in other for at in range(len(one) - 1))


def _where(word: Word) -> str:
    return f"linli/subsystems/{word.package}/glossary.md:" if word.package else "docs/glossary.md:"


def _wheres(rows: Iterable[Word]) -> str:
    return ", ".join(sorted({_where(word).rstrip(":") for word in rows}))


def _names(rows: Iterable[Word]) -> str:
    return " and ".join(sorted({word.name for word in rows}))


def _in_code(word: Word) -> bool:
    folders = [PACKAGE / "subsystems" / word.package] if word.package else [PACKAGE / "core", PACKAGE / "algorithms"]
    pattern = re.compile(rf"\b{re.escape(word.code)}\b")
    return any(pattern.search(source) for folder in folders for source in _sources(folder))


_read: dict[Path, list[str]] = {}


def _sources(folder: Path) -> list[str]:
    """The code of a folder, without its tests."""
    if folder not in _read:
        files = [file for file in sorted(folder.rglob("*.py")) if "tests" not in file.relative_to(folder).parts]
        _read[folder] = [file.read_text("utf-8") for file in files]
    return _read[folder]
