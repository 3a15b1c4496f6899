"""Writes a page for each kind of file that can be brought in, from its own declaration: `python -m tools.import_pages` into docs/imports/, with
`--check` only says which are old.

The columns, their words and the sentences of refusals are those of the code; only what becomes of a file that is taken back, and which file is
the example, is said here. A test holds the pages to this and brings every example in (tests/setup/test_import_pages.py).
"""

from __future__ import annotations

import ast
import inspect
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/imports"
LANGUAGES = ("zh-hans", "en")
EXAMPLES = {
    "areas": "linli/core/areas/examples/areas.csv",
    "units": "linli/core/access/examples/units.csv",
    "people": "linli/core/accounts/examples/people.csv",
    "grids": "linli/core/grids/examples/grids.geojson",
    "grid-staff": "linli/core/staff/examples/grid-staff.csv",
    "settled-standards": "linli/core/catalogue/examples/standards.csv",
    "settled-routing": "linli/core/catalogue/examples/routing.csv",
    "settled-days": "linli/core/catalogue/examples/days.csv",
    "settled-limits": "linli/core/flow/examples/limits.csv",
    "settled-hours": "docs/examples/hours.csv",
    "settled-returns": "docs/examples/returns.csv",
    "settled-second-factors": "docs/examples/second-factors.csv",
    "components": "docs/examples/components.csv",
    "premises": "docs/examples/premises.csv",
    "resource": "docs/examples/resource.csv",
    "staff-file": "docs/examples/staff-file.csv",
    "history": "docs/examples/cases.csv",
}
"""The order in which a new city brings them in."""
_DRAFT = "The rows are a draft until somebody puts it in force, and taking back drops it. One that is in force is undone on its own page."
_LEDGER = (
    "New records are retired, and what was changed is as it was. What people have changed since stays and is named."
)
BACK = {
    "areas": "The whole file, or nothing with the reason: while something hangs on an area that was new, or a later change stands, nothing is.",
    "grids": "The version before holds again, whole; a first version ends with all its grids. While a later version stands, nothing is.",
    "units": "Each change is undone, branches first. A unit on which something hangs, or that was changed since, stays and is named.",
    "people": "New accounts are closed and rights that were given end. An account that somebody has used stays, unless that is meant too.",
    "grid-staff": "The posts that the file began end.",
    "components": "What was new is retired, what was changed is as it was before.",
    "history": "The cases become void, with an entry in each timeline. Cases that people have acted on since stay, unless that is meant too.",
}
KINDS = {
    "text": "text", "lines": "text of several lines", "code": "a code, as it stands", "whole": "a whole number", "decimal": "a number",
    "day": "a day such as 2026-11-21", "yes": "是 yes, 否 no",
}  # fmt: skip


def declared() -> dict[str, Any]:
    """What comes in as a file that one sends, by code, in the order of the examples; nothing of the example department."""
    from linli.core.platform.public import Import, brought

    found = {one.code: one for package, one in brought(Import) if package.code != "example" and not one.command}
    return {
        code: found[code] for code in [*EXAMPLES, *(code for code in found if code not in EXAMPLES)] if code in found
    }


def page(one: Any) -> str:
    """The page of an import."""
    by_document = one.source is not None
    lines = [
        f"# {one.titles['en']} ({one.titles['zh-hans']})", "",
        one.explained["en"], "",
        f"- By page: `/imports/new/{one.code}/`, for who holds `{one.permission}`."
        + ("" if by_document else " A template lies there." if one.ground is None else " An example lies there."),
        f"- At the terminal: `{_command(one)}`.",
        f"- Example: [{Path(EXAMPLES[one.code]).name}](../../{EXAMPLES[one.code]})" if EXAMPLES.get(one.code) else "",
        "",
    ]  # fmt: skip
    if by_document:
        lines += ["A mapping of its own says which column is what: [imports.md](../imports.md).", ""]
    else:
        lines += ["| column | | what stands in it | example | other headings |", "| --- | --- | --- | --- | --- |"]
        lines += [_line(column) for column in one.columns] + [""]
    lines += ["## What is refused", "", *_refused(one), ""]
    back = BACK.get(one.code) or (_DRAFT if one.code.startswith("settled-") else _LEDGER)
    return "\n".join([*lines, "## Taken back", "", back, ""])


def _command(one: Any) -> str:
    return f"linli {one.code} import FILE" if one.ground is not None else f"linli import {one.code} FILE" + (
        " --mapping MAP" if one.source is not None else ""
    )  # fmt: skip


def _line(column: Any) -> str:
    said = KINDS.get(column.kind, "")
    if offered := column.offered():
        said = "one of: " + ", ".join(f"{titles['zh-hans']} {titles['en']}" for titles in offered.values())
    elif column.kind == "text":
        said = f"at most {column.most} characters"
    if column.explained:
        said += f". {column.explained['en']}"
    cells = [
        f"{column.titles['zh-hans']}, {column.titles['en']}, `{column.code}`", "required" if column.required else "", said, column.example,
        ", ".join(column.aliases),
    ]  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _refused(one: Any) -> list[str]:
    general = (
        "Whatever no file of this kind may be ([imports.md](../imports.md)): no table, a heading that lacks, a cell that is not what its column says, "
        "the same row twice."
    )
    if one.ground is not None:
        general = "Whatever [ground-files.md](../ground-files.md) names; while anything of the file cannot be taken, nothing of it is."
    if one.source is not None:
        return ["A row whose state, time or category the mapping does not know; each is named with its line."]
    sentences = dict.fromkeys(sentence for module in _modules(one) for sentence in _sentences(module))
    return [
        general,
        *(["", "And, in these words:", ""] if sentences else []),
        *(f"- {sentence}" for sentence in sentences),
    ]


def _modules(one: Any) -> list[ModuleType]:
    """Where the rows of an import are judged."""
    from linli.core.areas import rows as area_rows
    from linli.core.configuration.public import tables
    from linli.core.ledger import importing

    if one.code == "areas":
        return [area_rows]
    if one.ground is not None:
        return [inspect.getmodule(one.ground.look)]  # type: ignore[list-item]
    if one.code.startswith("settled-"):
        table = next(table for table in tables().values() if table.import_code == one.code)
        found_in = [inspect.getmodule(judge) for judge in (table.check, table.check_all) if judge is not None]
        return list(dict.fromkeys(module for module in found_in if module is not None))
    found = inspect.getmodule(one.row)
    return [found if found is not None else importing]


def _sentences(module: ModuleType) -> Iterator[str]:
    """The sentences with which a module refuses a cell, without the places for what was typed."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("BadCell", "BadInput", "_Bad", "Fault"):
            for word in ast.walk(node):
                if (
                    isinstance(word, ast.Call)
                    and getattr(word.func, "id", "") == "_"
                    and isinstance(word.args[0], ast.Constant)
                ):
                    yield " ".join(str(word.args[0].value).replace("%(count)s", "…").replace("%s", "…").split())


def index(found: dict[str, Any]) -> str:
    """The list of all pages."""
    lines = [
        "# Files that can be brought in", "",
        "A page for each kind of file, in the order in which a new city brings them in. How every file goes, what is promised and what stands at the terminal: "
        "[imports.md](../imports.md). Shapes: [ground-files.md](../ground-files.md).", "",
        "| page | what | who |", "| --- | --- | --- |",
    ]  # fmt: skip
    lines += [
        f"| [{code}]({code}.md) | {one.titles['en']} ({one.titles['zh-hans']}) | `{one.permission}` |"
        for code, one in found.items()
    ]
    return "\n".join([*lines, ""])


def pages() -> dict[str, str]:
    """All pages by the name of their file."""
    from django.utils.translation import override

    with override("en"):
        found = declared()
        return {"README.md": index(found), **{f"{code}.md": page(one) for code, one in found.items()}}


def main() -> int:
    """Writes the pages, and removes those of what is no more; with `--check` names those that are old, exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    import django

    django.setup()
    made = pages()
    if "--check" in sys.argv[1:]:
        kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
        old = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
        print("\n".join(f"docs/imports/{name} is old: python -m tools.import_pages" for name in old))
        return 1 if old else 0
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(made)} pages written into {FOLDER.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
