"""What the command line says of itself is in its reader's language: help, short help, options, and click's own words."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import messages

from .walk import ROOT

HAN = re.compile(r"[\u4e00-\u9fff]")
# Starts Django as a command of a department does, once; each line of words then runs in a copy of the process, and so does the walk that
# prints the help of every command, as its path and its lines.
TELLER = """
import json, os, sys
import click
from click.testing import CliRunner
from linli.config.cli import linli, main
from linli.config.start import start_without_site

def walk(command, path):
    print(json.dumps([path, CliRunner().invoke(linli, [*path, "--help"]).output]))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            walk(command.get_command(context, name), [*path, name])

start_without_site()
for line in sys.stdin:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 70
        try:
            os.dup2(writing, 1), os.dup2(writing, 2)
            os.close(reading), os.close(writing)
            words = json.loads(line)
            walk(linli, []) if words is None else main(words)
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    said = open(reading, encoding="utf-8").read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, said]), flush=True)
"""


def environment(locale: str) -> dict[str, str]:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "LC_", "LANG", "DJANGO_"))
    }
    return {**own, "LANG": locale, "PYTHONIOENCODING": "utf-8"}


def said_in(locale: str, *words: str) -> tuple[int, str]:
    """The exit code of a command line, and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "linli.config.cli", *words], env=environment(locale), cwd=ROOT, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(compiled: None) -> Iterator[Callable[[str, list[str] | None], tuple[int, str]]]:
    """Answers like `said_in`, for command lines that need Django, out of one process for each locale; without words, the walk."""
    tellers: dict[str, subprocess.Popen[str]] = {}

    def ask(locale: str, words: list[str] | None) -> tuple[int, str]:
        if locale not in tellers:
            tellers[locale] = subprocess.Popen(
                [sys.executable, "-c", TELLER], env=environment(locale), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                encoding="utf-8",
            )  # fmt: skip
        asked, answered = tellers[locale].stdin, tellers[locale].stdout
        assert asked is not None
        assert answered is not None
        asked.write(json.dumps(words) + "\n")
        asked.flush()
        code, said = json.loads(answered.readline())
        return code, said

    yield ask
    for teller in tellers.values():
        teller.communicate(timeout=60)
        assert teller.returncode == 0


Told = Callable[[str, list[str] | None], tuple[int, str]]


def helps(told: Told, locale: str) -> dict[str, str]:
    """The help of every command by its path."""
    code, said = told(locale, None)
    assert code == 0, said
    return {" ".join(path): text for path, text in map(json.loads, said.splitlines())}


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The catalogue as it is written now."""
    messages.compile_all()


def entries(help_text: str) -> list[str]:
    """What a help says to people: its paragraphs, and the right column of its lists, each in one piece."""
    found, told = [], ""
    for line in help_text.splitlines()[1:]:
        term = re.match(r"  (?:-|[a-z])\S*.*?(?:  +|$)", line)
        if term or not line.strip() or not line.startswith(" "):
            found.append(told)
            told = line[term.end() :] if term else line
        else:
            told += " " + line.strip()
    return [one.strip() for one in (*found, told) if one.strip()]


# Metavars, values and ranges are what an operator types; an option without help has nothing else beside it.
TYPED = re.compile(r"\[[^\]]*\]|[A-Z_:=.|, ]+")


def test_every_help_speaks_chinese_to_a_chinese_reader(told: Told) -> None:
    spoken = helps(told, "zh_CN.UTF-8")
    assert len(spoken) > 40
    rest = [(path, TYPED.sub("", one)) for path, text in spoken.items() for one in entries(text)]
    assert [(path, one) for path, one in rest if one and not HAN.search(one)] == []
    english = ("Usage:", "Options:", "Commands:", "default", "required", "Show this")
    assert [(path, word) for path, text in spoken.items() for word in english if word in text.replace("--", "")] == []


def test_a_reader_without_a_locale_is_chinese() -> None:
    assert "显示本说明后退出。" in said_in("C.UTF-8", "grids", "import", "--help")[1]


def test_every_help_speaks_english_to_an_english_reader(told: Told) -> None:
    spoken = helps(told, "en_US.UTF-8")
    # What stands in the files themselves stays: headings, names and terms beside their English.
    kept = re.compile(
        r"linli \(邻里\)|三网合一|春节|综合网格|\([市区县街道镇乡社村居委会民小组, ]+\)|代码, 名称, 级别, 上级"
    )
    assert [
        (path, HAN.findall(kept.sub("", text))) for path, text in spoken.items() if HAN.search(kept.sub("", text))
    ] == []
    assert all("Usage: linli" in text and "Show this message and exit." in text for text in spoken.values())


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (["division", "run", "--nono"], "没有选项 '--nono'", "No such option '--nono'"),
        (["nono"], "没有命令 'nono'", "No such command 'nono'"),
        (["grids", "import"], "缺少参数 'FILE'", "Missing argument 'FILE'"),
        (["grids", "import", "/nono"], "文件 '/nono' 不存在", "File '/nono' does not exist"),
        (["serve", "--port", "0"], "不在范围", "is not in the range"),
        (["division", "adjust"], "请写明要调整的方案", "Name the PROPOSAL to adjust"),
        (["division", "run", "--weight", "nono=1"], "名称只能是", "the name must be one of"),
        (["keys", "new-field-key", "a b"], "密钥编号", "The key id is 'a b'"),
    ],
)
def test_a_usage_error_is_in_the_readers_language(told: Told, words: list[str], chinese: str, english: str) -> None:
    is_chinese(*told("zh_CN.UTF-8", words), chinese)
    is_english(*told("en_US.UTF-8", words), english)


def test_a_wrong_setting_is_told_in_the_readers_language() -> None:
    is_chinese(*said_in("zh_CN.UTF-8", "audit", "verify"), "LINLI_SECRET_KEY 没有设置")
    is_english(*said_in("en_GB.UTF-8", "audit", "verify"), "LINLI_SECRET_KEY is missing")


def is_chinese(code: int, said: str, words: str) -> None:
    assert (code, words in said, "错误：" in said, "Error:" in said) == (2, True, True, False), said


def is_english(code: int, said: str, words: str) -> None:
    assert (code, words in said, HAN.search(said)) == (2, True, None), said


def test_the_language_that_was_asked_for_counts_for_errors_too(told: Told) -> None:
    code, said = told("zh_CN.UTF-8", ["division", "adjust", "--language", "en"])
    assert (code, "Error: Name the PROPOSAL to adjust" in said) == (2, True)


def test_chinese_lines_end_where_the_terminal_does() -> None:
    from linli.lib.speech import columns

    done = said_in("zh_CN.UTF-8", "grids", "import", "--help")[1]
    assert "不产生新版本" in done.replace("\n  ", "")
    lines = [line for line in done.splitlines() if HAN.search(line)]
    assert max(columns(line) for line in lines) <= 80
    assert not [line for line in lines if re.match(r"\s*[，。、；：）]", line)]


@pytest.mark.parametrize(
    ("source", "lacks"),
    [
        ('@option("--far", help="how far")\ndef go(): ...\n', ["how far"]),
        ('@group.command("go", short_help="go there")\ndef go():\n    """Goes."""\n', ["go there", "Goes."]),
        ('@command()\ndef go():\n    """Goes.\n\n    \\b\n    a  b\n    c  d\n    """\n', ["Goes.", "a  b\nc  d"]),
        ('@password_option(prompt="Way")\ndef go(): ...\n', ["Way"]),
        ('HELP = "Goes there."\n@command(help=HELP)\ndef go():\n    """Not shown."""\n', ["Goes there."]),
        ('@option("--far", help=f"how far, {X}")\ndef go(): ...\n', ["f'how far, {X}'"]),
        ('class FarError(Refusal): ...\nFarError("%(far)s is too far.", far=1)\n', ["%(far)s is too far."]),
    ],
)
def test_help_without_translation_is_refused(tmp_path: Path, source: str, lacks: list[str]) -> None:
    package = tmp_path / "linli"
    (package / "config").mkdir(parents=True)
    (package / "locale/zh_Hans/LC_MESSAGES").mkdir(parents=True)
    catalogue = messages.catalogue_path("zh_Hans", package)
    catalogue.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n')
    (package / "config/going.py").write_text(source)
    assert sorted(missed.singular for missed in messages.missing(messages.read(catalogue), package)) == sorted(lacks)
    assert len(list(messages.faults("zh_Hans", package))) == len(lacks)


def test_the_words_of_click_are_among_the_texts() -> None:
    places = {text.singular: text.place for text in messages.texts() if text.place.startswith("click/")}
    assert {"Usage:", "No such option {name!r}.", "Show this message and exit."} <= set(places)


def test_a_refusal_of_core_keeps_the_language_it_was_raised_in() -> None:
    from django.utils.translation import gettext_lazy, override

    from linli.config.start import sentence_of
    from linli.core.platform.public import Refusal

    with override("en"):
        refusal = Refusal(gettext_lazy("Password"))  # type: ignore[arg-type]  # as some are raised
    with override("zh-hans"):
        assert sentence_of(refusal) == "Password"
