"""No text is translated while a module is imported: it would stay in the language of whoever came first, for everybody."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .walk import sources

SOURCE = Path(__file__).parents[2] / "linli"
AT_ONCE = {"gettext", "ngettext", "pgettext", "npgettext"}


def translated_at_import(source: str) -> Iterator[int]:
    """The lines on which a module translates while it is imported: everywhere but in the bodies of functions."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in AT_ONCE
    }
    yield from _calls(tree.body, names)


def _calls(nodes: list[ast.stmt] | list[ast.expr], names: set[str]) -> Iterator[int]:
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in names or (isinstance(node.func, ast.Attribute) and called in AT_ONCE):
                yield node.lineno
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *(one for one in node.args.kw_defaults if one)]
        elif isinstance(node, ast.Lambda):
            waiting += [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
        else:
            waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from django.utils.translation import gettext as _\nA = {'a': _('x')}", [2]),
        ("from django.utils.translation import ngettext\nclass B:\n    a = ngettext('x', 'y', 1)", [3]),
        ("from django.utils.translation import gettext as _\ndef f(a=_('x')): pass", [2]),
        ("from django.utils import translation\nA = translation.gettext('x')", [2]),
        ("from django.utils.translation import gettext as _\ndef f():\n    return _('x')\nA = lambda: _('y')", []),
        ("from django.utils.translation import gettext_lazy as _\nA = _('x')", []),
    ],
)
def test_the_check_sees_what_it_should(source: str, lines: list[int]) -> None:
    assert list(translated_at_import(source)) == lines


def test_nothing_is_translated_at_import() -> None:
    modules = [path for path in sources() if "migrations" not in path.parts]
    assert len(modules) > 300
    found = [
        f"{path.relative_to(SOURCE.parent)}:{line}: translate on use, with gettext_lazy or in a function"
        for path in modules
        for line in translated_at_import(path.read_text("utf-8"))
    ]
    assert found == [], "\n".join(found)
