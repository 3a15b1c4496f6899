"""Built files are found by their sources, and a front end that is not built is said plainly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template

from linli.core.desk import assets
from linli.web.texts import TEXTS

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small build of its own, so that these tests do not need node."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    forget()
    public = {
        "src/public.ts": {"file": "assets/public-aaaa1111.js", "css": ["assets/public-bbbb2222.css"]},
        "src/icons.svg": {"file": "assets/icons-cccc3333.svg"},
        "src/favicon.svg": {"file": "assets/favicon-dddd4444.svg"},
    }
    workbench = {
        "_shared.js": {"file": "assets/shared-eeee5555.js", "css": ["assets/shared-ffff6666.css"]},
        "src/map/index.ts": {
            "file": "assets/map-gggg7777.js",
            "imports": ["_shared.js"],
            "css": ["assets/map-hhhh8888.css"],
        },
    }
    (tmp_path / "manifest-public.json").write_text(json.dumps(public))
    (tmp_path / "manifest-workbench.json").write_text(json.dumps(workbench))
    yield tmp_path
    forget()


@pytest.fixture
def not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    forget()
    yield
    forget()


def forget() -> None:
    for cached in (assets.manifest, assets.entry, assets.built_url):
        cached.cache_clear()


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.usefixtures("built")
def test_a_surface_brings_its_style_sheet_and_script() -> None:
    assert render('{% surface_assets "public" %}') == (
        '<link rel="stylesheet" href="/static/dist/assets/public-bbbb2222.css">'
        '<script type="module" src="/static/dist/assets/public-aaaa1111.js"></script>'
    )


@pytest.mark.usefixtures("built")
def test_an_entry_brings_what_it_imports() -> None:
    found = assets.entry("workbench", "src/map/index.ts")
    assert found.imports == ("assets/shared-eeee5555.js",)
    assert found.styles == ("assets/map-hhhh8888.css", "assets/shared-ffff6666.css")


@pytest.mark.usefixtures("built")
def test_a_page_names_the_map_module_without_loading_it() -> None:
    tag = render("{% map_assets %}")
    assert "<script" not in tag
    assert 'content="/static/dist/assets/map-gggg7777.js"' in tag


@pytest.mark.usefixtures("built")
def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "bell" %}')
    labelled = render('{% icon "bell" label=words %}', words="<通知>")
    assert 'aria-label="&lt;通知&gt;"' in labelled
    assert "aria-hidden" not in labelled


@pytest.mark.usefixtures("built")
def test_an_unknown_entry_is_refused_with_the_known_ones() -> None:
    with pytest.raises(assets.AssetError, match=r"src/public\.ts"):
        assets.entry("public", "src/nothing.ts")


@pytest.mark.usefixtures("not_built")
def test_a_missing_build_is_said_with_the_mend() -> None:
    with pytest.raises(assets.AssetError, match="build the front end first"):
        render('{% surface_assets "public" %}')


@pytest.mark.usefixtures("not_built")
def test_an_error_page_needs_no_build() -> None:
    assert render('{% surface_assets "public" missing_ok=True %}{% icon "bell" %}{% favicon %}') == ""


def test_every_text_that_a_script_asks_for_exists_and_every_text_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (FRONTEND / "src").rglob("*.ts"))
    asked = set(re.findall(r"""\btext\(\s*["']([\w.]+)["']""", source))
    by_state = {f"clock.{state}" for state in ("on_time", "amber", "red", "paused", "done")}
    assert "text(`clock.${clock}`)" in source
    by_class = {f"map.component_{code}" for code in ("01", "02", "03", "04", "05")}
    assert "text(`map.component_${kind}`)" in source
    assert asked | by_state | by_class == set(TEXTS)


def test_every_icon_that_a_template_or_tag_names_is_in_the_sheet() -> None:
    sheet = set(re.findall(r'<symbol id="([^"]+)"', (FRONTEND / "src" / "icons.svg").read_text("utf-8")))
    web = Path(assets.__file__).resolve().parent
    named: set[str] = set()
    for page in web.rglob("*.html"):
        named |= set(re.findall(r"""{% icon "([^"]+)\"""", page.read_text("utf-8")))
    for script in (FRONTEND / "src").rglob("*.ts"):
        named |= set(re.findall(r"""\bicon\("([^"]+)"\)""", script.read_text("utf-8")))
    assert len(named) > 10
    assert named - sheet == set()
