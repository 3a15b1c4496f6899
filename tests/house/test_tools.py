"""The checks of `make check` find what they are there to find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tools import docs_check, files_check, messages, setup, stages

CATALOGUE_HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one text in Python and two in a template, all of them translated."""
    folder = tmp_path / "linli"
    (folder / "locale/zh_Hans/LC_MESSAGES").mkdir(parents=True)
    (folder / "templates").mkdir()
    (folder / "lib").mkdir()
    (folder / "pages.py").write_text("title = _(\n    'Cases of '\n    '%(name)s'\n)\n")
    (folder / "templates/page.html").write_text(
        "{% load i18n %}\n  <h1>{% translate 'My \"queue\"' %}</h1>\n"
        "{% blocktranslate count n=n trimmed %}\n   {{ n }} case\n{% plural %}{{ n }} cases{% endblocktranslate %}\n"
    )
    write_catalogue(
        folder,
        'msgid "Cases of %(name)s"\nmsgstr "%(name)s的案卷"\n',
        'msgid "My \\"queue\\""\nmsgstr "我的“待办”"\n',
        'msgid "%(n)s case"\nmsgid_plural "%(n)s cases"\nmsgstr[0] "%(n)s 件案卷"\n',
    )
    return folder


def write_catalogue(package: Path, *entries: str) -> None:
    """The catalogue of these entries."""
    messages.catalogue_path("zh_Hans", package).write_text(CATALOGUE_HEAD + "\n".join(entries))


def add_entry(package: Path, entry: str) -> None:
    """One more entry at the end."""
    path = messages.catalogue_path("zh_Hans", package)
    path.write_text(f"{path.read_text()}\n{entry}")


def test_a_catalogue_with_every_text_has_no_fault(package: Path) -> None:
    assert list(messages.faults("zh_Hans", package)) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Sum %(sum)s"\nmsgstr "合计 %(total)s"\n', "placeholders"),
        ('msgid "Sum %(sum)s"\nmsgstr "合计"\n', "placeholders"),
        ('#, fuzzy\nmsgid "Sum"\nmsgstr "合计"\n', "fuzzy"),
        ('msgid "My \\"queue\\""\nmsgstr "待办"\n', "two entries"),
        ('msgid "Sum\nmsgstr 合计"\n', "quotation marks"),
        ('msgid "Sum"\nmsgid "Total"\nmsgstr "合计"\n', "Sum"),
        ('msgid "Sum"\nmsgstr "the "sum""\n', "quotation marks"),
    ],
)
def test_a_faulty_entry_is_found(package: Path, entry: str, fault: str) -> None:
    add_entry(package, entry)
    found = list(messages.faults("zh_Hans", package))
    assert found
    assert fault in found[0]


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [
        ("more.py", "_('Urge')", "Urge"),
        ("more.py", "pgettext_lazy('verb', 'File')", "File"),
        ("more.py", "ngettext('%d day', '%d days', n) % n", "%d day"),
        ("lib/codes.py", "class CodeError(Refusal): ...\nCodeError('bad code %(code)s', code=1)", "bad code %(code)s"),
        ("lib/table.py", "TableError(1, None, '', Sentence('the file is empty'))", "the file is empty"),
        ("more.py", "f'<b>{escape(_(\"Urge\"))}</b>'", "Urge"),
        ("templates/more.html", "<a title=\"{% translate 'Urge' %}\">\n   {{ x }}'</a>", "Urge"),
    ],
)
def test_a_text_without_translation_is_found(package: Path, name: str, source: str, text: str) -> None:
    (package / name).write_text(source)
    assert [
        missed.singular
        for missed in messages.missing(messages.read(messages.catalogue_path("zh_Hans", package)), package)
    ] == [text]


def test_an_empty_translation_counts_as_none(package: Path) -> None:
    (package / "more.py").write_text("_('Urge')")
    add_entry(package, 'msgid "Urge"\nmsgstr ""\n')
    assert "'Urge' has no translation" in "".join(messages.faults("zh_Hans", package))


def test_compiled_messages_are_what_gettext_reads(package: Path) -> None:
    import gettext

    messages.compile_all(package)
    with messages.catalogue_path("zh_Hans", package).with_suffix(".mo").open("rb") as stream:
        translations = gettext.GNUTranslations(stream)
    assert translations.gettext("Cases of %(name)s") == "%(name)s的案卷"
    assert translations.ngettext("%(n)s case", "%(n)s cases", 5) == "%(n)s 件案卷"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a Makefile, a setting and a docs folder."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "Makefile").write_text("demo: setup\nsetup:\nFLAGS := x\n")
    (tmp_path / "linli/config").mkdir(parents=True)
    (tmp_path / "linli/config/environment.py").write_text('get("MODE", "production")')
    (tmp_path / "docs/adr").mkdir(parents=True)
    (tmp_path / "docs/adr/0001-shape.md").write_text("")
    return tmp_path


def command_line() -> click.Command:
    """A command line with `serve` and `audit verify`."""
    verify = click.Command("verify")
    return click.Group(
        commands={"serve": click.Command("serve"), "audit": click.Group("audit", commands={"verify": verify})}
    )


@pytest.mark.parametrize(
    "text",
    [
        "Run `make demo`, then `linli audit verify --root R`; see `docs/adr/0001-shape.md` or `adr/0001-shape.md`.",
        "`config/environment.py` reads `LINLI_MODE`; a page is `docs/adr/<number>.md`, all of them `docs/adr/*.md`.",
        "One of `application/json`, `a/b`, `linli`, `/healthz`, and do not make errors.",
        "```\nmake setup && .venv/bin/linli serve --port 8000  # linli words in a remark\n```",
        "`var/demo`",
        "[shape](adr/0001-shape.md#why), [web](https://example.org/x.md), [here](#part)",
    ],
)
def test_a_true_page_passes(project: Path, text: str) -> None:
    (project / "var").mkdir()  # what running linli leaves is no part of the repository
    page = project / "docs/page.md"
    page.write_text(text)
    assert list(docs_check.page_findings(page, project, command_line)) == []


@pytest.mark.parametrize(
    "text",
    [
        "`docs/adr/0002-gone.md`",
        "`linli/core/gone`",
        "`gone.py`",
        "`docs/*.txt`",
        "`make dmeo`",
        "```\nmake demo setup gone\n```",
        "`linli audit check`",
        "```\nsudo -u linli .venv/bin/linli sevre\n```",
        "`LINLI_GONE`",
        "[gone](adr/0002-gone.md)",
        "![picture](gone.svg)",
    ],
)
def test_a_page_that_names_what_is_not_there_is_found(project: Path, text: str) -> None:
    page = project / "docs/page.md"
    page.write_text(f"First line.\n\n{text}\n")
    assert list(docs_check.page_findings(page, project, command_line))


def test_what_only_this_checkout_holds_is_not_there(project: Path) -> None:
    (project / ".gitignore").write_text("__pycache__/\n")
    (project / "linli/__pycache__").mkdir()
    (project / "linli/__pycache__/x.pyc").write_text("")
    page = project / "docs/page.md"
    page.write_text("Remove `linli/__pycache__`.\n")
    assert list(docs_check.page_findings(page, project, command_line))


@pytest.mark.parametrize("path", ["/ro" + "ot/linli", "/ho" + "me/anna/x", "/wo" + "rk/tree", "C:\\Us" + "ers\\anna"])
def test_a_path_of_one_machine_is_found(path: str) -> None:
    assert list(files_check.machine_paths("docs/x.md", f"see {path} there", own=[]))


@pytest.mark.parametrize(
    "path", ["/ho" + "me/linli/backup", "frontend/work/x", "https://example.org/work/", "/var/lib/linli"]
)
def test_other_paths_pass(path: str) -> None:
    assert list(files_check.machine_paths("docs/x.md", f"see {path} there", own=[])) == []


def test_the_path_of_this_checkout_is_found() -> None:
    assert list(files_check.machine_paths("x.md", "cd /srv/anna/linli/docs", own=["/srv/anna/linli/"]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", 'source = { registry = "https://mirror.example.org/simple" }'),
        ("uv.lock", 'source = { registry = "../../opt/wheels" }'),
        ("frontend/package-lock.json", '"resolved": "http://10.0.0.7:4873/vite.tgz"'),
        ("pyproject.toml", 'extra-index-url = "https://mirror.example.org/simple"'),
        ("frontend/.npmrc", "registry=https://mirror.example.org/"),
    ],
)
def test_a_private_package_index_is_found(name: str, text: str) -> None:
    assert list(files_check.private_addresses(name, text))


def test_public_package_indexes_pass() -> None:
    lock = 'source = { registry = "https://pypi.org/simple" }\nurl = "https://files.pythonhosted.org/x.whl"'
    assert list(files_check.private_addresses("uv.lock", lock)) == []


def test_a_module_that_is_too_long_is_found() -> None:
    assert list(files_check.too_long("linli/core/x.py", "\n" * 401))
    assert list(files_check.too_long("linli/core/x.py", "\n" * 400)) == []
    assert list(files_check.too_long("tests/x.py", "\n" * 401)) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("=============== 3 passed, 1 skipped in 2.41s ===============", "3 passed, 1 skipped in 2.41s"),
        ("========= 1 failed, 99 passed in 123.45s (0:02:03) =========", "1 failed, 99 passed in 123.45s (0:02:03)"),
        ("============ 2 deselected in 0.12s ============", "2 deselected in 0.12s"),
        ("=========== short test summary info ============", None),
    ],
)
def test_the_closing_line_of_pytest_is_known(line: str, words: str | None) -> None:
    found = stages.CLOSING_LINE.match(line)
    assert (found and found["words"]) == words


def test_a_failing_stage_fails_the_run_and_the_next_one_still_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(stages.STAGES, "ruff", (sys.executable, "-c", "raise SystemExit(3)"))
    monkeypatch.setitem(stages.STAGES, "format", (sys.executable, "-c", "print('== 2 passed in 0.10s ==')"))
    assert stages.main(["ruff", "format"]) == 1
    said = capsys.readouterr().out
    assert "== 2 passed in 0.10s ==" in said
    assert "1 of 2 failed: ruff" in said
    assert stages.main(["format"]) == 0


def test_every_stage_of_a_set_exists() -> None:
    assert {stage for names in stages.SETS.values() for stage in names} - set(stages.STAGES) == set()


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Prepared 3 packages in 350ms", 0.35),
        ("Prepared 3 packages in 12.50s", 12.5),
        ("Prepared 3 packages in 1m 02s", 62.0),
    ],
)
def test_the_time_that_uv_spent_on_fetching_is_read(line: str, seconds: float) -> None:
    assert setup.fetched_s(f"Resolved\n{line}\nInstalled 3 packages in 20ms\n") == pytest.approx(seconds)
    assert setup.fetched_s("Audited 3 packages in 20ms\n") == 0
