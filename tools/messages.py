"""Keeps the interface's texts whole: `python -m tools.messages check | compile | missing | unused`.

A text in the source is English and goes through gettext; its Chinese stands in
linli/locale/zh_Hans/LC_MESSAGES/django.po, which people edit by hand; that of a department in its own folder, beside its code,
unless it is a word of the house. `check` refuses a text without a translation, a
fuzzy or doubled entry and a placeholder that one side lacks. `compile` makes the .mo files; `missing` prints entries to
fill in; `unused` prints entries that no source names. No system gettext is needed: Django turns templates into
something like Python, Babel reads the rest.

linli/lib and linli/algorithms know no translations, linli/config and linli/demo speak before Django is there: in them the
sentence of a `Refusal` (or of a class made from it) and of a `Sentence` is a text of the interface, translated where it is
shown. So is the help of the command line, and the words of click, which look into the same catalogue (linli/lib/speech.py).
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, escape, read_po

from linli.lib.speech import paragraphs

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "linli"
CATALOGUES = ("zh_Hans",)  # English is the source

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_", "Sentence"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
ROOMS_WITHOUT_GETTEXT = ("lib", "algorithms", "config", "demo")
CLICK = Path(click.__file__).parent
CLICK_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "_termui_impl", "types", "utils")
REFUSAL_CLASS = re.compile(r"^class (\w+)\(Refusal\)", re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdfri]|%[sdfri]|\{\w*\}")
LINE = re.compile(r'^(?:|#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\]) )?"(?:[^"\\]|\\.)*")$')
ENTRY = re.compile(r'^(?:msgctxt ("(?:[^"\\]|\\.)*")\n)?msgid ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """A text that a source shows to people."""

    place: str
    context: str | None
    singular: str
    plural: str | None


def catalogue_path(language: str, package: Path = PACKAGE) -> Path:
    """Where a language's entries stand."""
    return package / "locale" / language / "LC_MESSAGES" / "django.po"


def homes(package: Path = PACKAGE) -> list[Path]:
    """Where catalogues stand: the house, and each department that has texts of its own."""
    return [package, *sorted(path.parent for path in (package / "subsystems").glob("*/locale"))]


def home_of(place: str, package: Path = PACKAGE) -> Path:
    """The folder whose catalogue a text at `place` belongs to."""
    found = (home for home in homes(package)[1:] if place.startswith(f"{home.relative_to(package.parent)}/"))
    return next(found, package)


def texts(package: Path = PACKAGE) -> Iterator[Text]:
    """Every text of the package's Python modules and templates."""
    pure = [path for room in ROOMS_WITHOUT_GETTEXT for path in sorted((package / room).rglob("*.py"))]
    refusals = {"Refusal", *(name for path in pure for name in REFUSAL_CLASS.findall(path.read_text()))}
    for path in sorted(package.rglob("*.py")):
        if "tests" in path.relative_to(package).parts:
            continue
        name, source = str(path.relative_to(package.parent)), path.read_text()
        yield from texts_of(source, name, refusals if path in pure else ())
        yield from texts_in_f_strings(source, name)
        if "config" in path.relative_to(package).parts[:1] or "\nimport click\n" in source:
            yield from help_texts(source, name)
    for ending in ("*.html", "*.txt"):
        for path in sorted(package.rglob(ending)):
            if "templates" in path.parts and "new_department" not in path.parts:
                yield from template_texts(path.read_text(), str(path.relative_to(package.parent)))
    if package == PACKAGE:
        for module in CLICK_MODULES:
            yield from texts_of((CLICK / f"{module}.py").read_text(), f"click/{module}.py")


def texts_in_f_strings(python: str, name: str) -> Iterator[Text]:
    """The texts in the braces of f-strings, which Babel does not look into before Python 3.12."""
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.FormattedValue):
            for text in texts_of(ast.unparse(node.value), name):
                yield replace(text, place=f"{name}:{node.lineno}")


def help_texts(python: str, name: str) -> Iterator[Text]:
    """What commands say of themselves: `help=`, `short_help=`, `prompt=`, and the docstring where no `help=` stands.

    Help that is no plain text, or the name of one in the same module, is given as written: nobody can translate it.
    """
    tree = ast.parse(python)
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("help", "short_help", "prompt"):
            value = named.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            plain = value.value if isinstance(value, ast.Constant) else None
            text, line = plain if isinstance(plain, str) else ast.unparse(node.value), node.value.lineno
        elif isinstance(node, ast.FunctionDef) and any(makes_command(one) for one in node.decorator_list):
            text, line = ast.get_docstring(node) or "", node.lineno
        else:
            continue
        yield from (Text(f"{name}:{line}", None, one, None) for _mark, one in paragraphs(text) if one)


def makes_command(decorator: ast.expr) -> bool:
    """Whether a decorator makes a command or a group whose help is the docstring."""
    if not isinstance(decorator, ast.Call) or any(one.arg == "help" for one in decorator.keywords):
        return False
    maker = decorator.func
    return (maker.attr if isinstance(maker, ast.Attribute) else getattr(maker, "id", "")) in ("command", "group")


def template_texts(source: str, name: str) -> Iterator[Text]:
    """The texts of a Django template."""
    from django.utils.translation.template import templatize

    # In parentheses, because what is left of the template's lines is indented as it likes.
    yield from texts_of(f"({templatize(source, origin=name)}\n)", name)


def texts_of(python: str, name: str, refusals: Iterable[str] = ()) -> Iterator[Text]:
    """The texts of a piece of Python; the calls of `refusals` begin with one, too."""
    keywords = {**KEYWORDS, **dict.fromkeys(refusals)}
    for line, found, _comments, context in extract("python", io.BytesIO(python.encode()), keywords):
        english, plural = (found[0], found[1]) if isinstance(found, tuple) else (found, None)
        if english:
            yield Text(f"{name}:{line}", context, english, plural)


def read(path: Path) -> Catalog:
    """A catalogue. Raises PoFileError when it does not parse."""
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name, domain="django", abort_invalid=True)


def doubled(po: str) -> list[str]:
    """The texts that have more than one entry; gettext itself would silently take the last one."""
    # An obsolete entry (#~) does not count, it begins with another character.
    seen = Counter((context, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))) for context, text in ENTRY.findall(po))
    return [text for (_context, text), count in seen.items() if count > 1]


def placeholders(text: str) -> Counter[str]:
    """The placeholders of a text; `%%` is a percent sign."""
    return Counter(PLACEHOLDER.findall(text.replace("%%", "")))


def singular(message: Message) -> str:
    """The English text of an entry, the singular where it has two."""
    return str(message.id[0] if isinstance(message.id, list | tuple) else message.id)


def strings(message: Message) -> list[str]:
    """The translations of an entry, one or one per plural form."""
    found = message.string
    return [text or "" for text in (found if isinstance(found, list | tuple) else (found,))]


def entry_faults(message: Message) -> Iterator[str]:
    """What is wrong with an entry by itself."""
    source = singular(message)
    plural = message.id[-1] if isinstance(message.id, list | tuple) else message.id
    if message.fuzzy:
        yield f"{source!r} is marked fuzzy; look at it and take the mark away."
    for string in strings(message):
        if string and placeholders(string) not in (placeholders(source), placeholders(plural)):
            yield f"{source!r}: the placeholders of {string!r} differ."
        if string and any(edge(string, "\n") != edge(source, "\n") for edge in (str.startswith, str.endswith)):
            yield f"{source!r}: begins or ends with a new line on one side only."


def missing(catalogue: Catalog, package: Path = PACKAGE) -> Iterator[Text]:
    """The texts without a translation, each once."""
    seen: set[tuple[str | None, str]] = set()
    language = str(catalogue.locale or CATALOGUES[0])
    own = {home: read(catalogue_path(language, home)) for home in homes(package)[1:]}
    for text in texts(package):
        message = catalogue.get(text.singular, text.context)
        if message is None and (home := home_of(text.place, package)) != package:
            message = own[home].get(text.singular, text.context)
        complete = message is not None and all(strings(message))
        if complete and text.plural and message is not None and not message.pluralizable:
            complete = False
        if not complete and (text.context, text.singular) not in seen:
            seen.add((text.context, text.singular))
            yield text


def faults(language: str, package: Path = PACKAGE) -> Iterator[str]:
    """What is wrong with a language: in each catalogue, between them, and what none of them has."""
    read_ones: dict[Path, Catalog] = {}
    for home in homes(package):
        path = catalogue_path(language, home)
        name = str(path.relative_to(package.parent))
        if not path.exists():
            yield f"{name} is missing."
            return
        found = list(_faults_of_file(path, name))
        yield from found
        if found:
            return
        read_ones[home] = read(path)
        for message in read_ones[home]:
            if message.id:
                yield from (f"{name}: {fault}" for fault in entry_faults(message))
    yield from _clashes(read_ones, package)
    catalogue = read_ones[package]
    for missed in missing(catalogue, package):
        name = str(catalogue_path(language, home_of(missed.place, package)).relative_to(package.parent))
        yield f"{missed.place}: {missed.singular!r} has no translation in {name}."


def _faults_of_file(path: Path, name: str) -> Iterator[str]:
    """Why a catalogue cannot be read as it is meant."""
    lines = path.read_text().splitlines()
    # Babel lets a quotation mark go missing and then loses the last character of the text.
    broken = [number for number, line in enumerate(lines, 1) if not LINE.match(line.strip())]
    if broken:
        yield from (f"{name}:{number}: no line of a catalogue; look at its quotation marks." for number in broken)
        return
    try:
        read(path)
    except PoFileError as error:
        yield f"{name}: {error}"
        return
    for text in doubled(path.read_text()):
        yield f"{name}: “{text}” has two entries; keep one."


def _clashes(catalogues: dict[Path, Catalog], package: Path) -> Iterator[str]:
    """Entries of departments that another catalogue has too: all are one catalogue at run time, so one of them would win."""
    seen: dict[tuple[str | None, str], tuple[Path, list[str]]] = {}
    for home, catalogue in catalogues.items():
        for message in catalogue:
            if not message.id:
                continue
            key = (message.context, singular(message))
            other, said = seen.setdefault(key, (home, strings(message)))
            if other == package != home:
                yield f"{home.name}: {key[1]!r} is a word of the house already; take it out of the department's catalogue."
            elif said != strings(message):
                yield f"{home.name} and {other.name} say {key[1]!r} differently; give one of them a context."


def unused(catalogue: Catalog, package: Path = PACKAGE) -> list[str]:
    """The entries that no source names; texts built at run time are among them, so this is no fault."""
    named = {(text.context, text.singular) for text in texts(package)}
    entries = [
        (message.context, message.id[0] if isinstance(message.id, list | tuple) else message.id)
        for message in catalogue
    ]
    return [text for context, text in entries if text and (context, text) not in named]


def compile_all(package: Path = PACKAGE) -> None:
    """Makes the .mo files of every language, in place of the former ones in one step.

    That of the house holds the texts of the departments too: the command line speaks before Django knows which are installed.
    """
    for language in CATALOGUES:
        whole = read(catalogue_path(language, package))
        for home in homes(package)[1:]:
            own = read(catalogue_path(language, home))
            _write(own, catalogue_path(language, home).with_suffix(".mo"))
            for message in own:
                if message.id and whole.get(singular(message), message.context) is None:
                    whole.add(message.id, message.string, context=message.context)
        _write(whole, catalogue_path(language, package).with_suffix(".mo"))


def _write(catalogue: Catalog, target: Path) -> None:
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as stream:
        write_mo(stream, catalogue)
    fresh.replace(target)


def entry(text: Text) -> str:
    """An entry to fill in."""
    lines = [f"#: {text.place}"]
    if text.context:
        lines.append(f"msgctxt {escape(text.context)}")
    lines.append(f"msgid {escape(text.singular)}")
    lines += [f"msgid_plural {escape(text.plural)}", 'msgstr[0] ""'] if text.plural else ['msgstr ""']
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """The command line."""
    action = arguments[0] if len(arguments) == 1 else ""
    if action == "compile":
        compile_all()
        return 0
    if action == "check":
        found = [fault for language in CATALOGUES for fault in faults(language)]
        print("\n".join(found) or f"{len({(text.context, text.singular) for text in texts()})} texts, all translated.")
        return 1 if found else 0
    if action in ("missing", "unused"):
        for language in CATALOGUES:
            if action == "unused":
                for home in homes():
                    print("\n".join(unused(read(catalogue_path(language, home)))))
                continue
            lacking = list(missing(read(catalogue_path(language))))
            for home in homes():
                lacks = [text for text in lacking if home_of(text.place) == home]
                if lacks:
                    print(f"# {catalogue_path(language, home).relative_to(ROOT)}", *map(entry, lacks), sep="\n")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
