"""What people wrote comes out of a print as they wrote it, in a font with Chinese characters, and never runs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

import linli
from linli.lib import apart
from linli.lib.apart import Children
from linli.lib.typesetting import (
    MAX_BYTES,
    NoChineseFont,
    TemplateBroken,
    TooMuchToPrint,
    _refuse_doors,
    pdf,
)

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
DEBIAN = Path("/usr/share/fonts/opentype/noto")
PLAIN = b"""#let data = json("data.json")
#set document(title: data.title, date: auto)
#set text(font: (sys.inputs.serif,), lang: sys.inputs.language)
#show heading: set text(font: (sys.inputs.sans,))
= #data.title
#data.text
"""
LETTER = {"title": "请假单", "text": "因事请假三天。"}

needs_fonts = pytest.mark.skipif(not DEBIAN.is_dir(), reason="needs fonts-noto-cjk; `make test` installs it")


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    kept = Children()
    yield kept
    kept.close()


def printed(
    children: Children, template: bytes = PLAIN, data: object = LETTER, fonts: Path = DEBIAN, **files: bytes
) -> bytes:
    with children.child() as child:
        return pdf(
            template, data, child, at=AT, fonts=(fonts,), files={k.replace("_", "."): v for k, v in files.items()}
        )  # type: ignore[arg-type]


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def fonts_of(content: bytes) -> set[str]:
    """The names of the fonts whose outlines stand in the file."""
    found = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            below = font.get_object()["/DescendantFonts"][0].get_object()
            if {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"].get_object()):
                found.add(str(below["/BaseFont"]))
    return found


@needs_fonts
def test_chinese_is_set_in_fonts_that_the_file_carries(children: Children) -> None:
    content = printed(children)
    assert content.startswith(b"%PDF-")
    assert "请假单" in text_of(content)
    assert "因事请假三天。" in text_of(content)
    names = fonts_of(content)
    assert any("NotoSerifCJKsc" in name for name in names)
    assert any("NotoSansCJKsc" in name for name in names)
    about = PdfReader(io.BytesIO(content)).metadata
    assert about is not None
    assert (about.title, about.creation_date) == ("请假单", AT)
    assert printed(children) == content


@needs_fonts
@pytest.mark.parametrize(
    "words",
    [
        "*粗* _斜_ `码` $x^2$ = 标题",
        '#eval("1+1") #read("/etc/passwd") #panic("x")',
        '#import "@preview/cetz:0.3.1": *',
        "// 不是注释 /* 也不是 */ <label> @ref \\ \\u{41}",
        "[内容] {代码} #let x = 1; #x",
        '"),"text":"换了 \\" 引号',
        "#set page(width: 1pt) #while true {}",
    ],
)
def test_what_people_wrote_comes_out_as_they_wrote_it(children: Children, words: str) -> None:
    content = printed(children, data={"title": words, "text": words})
    found = "".join(text_of(content).split())
    assert found.count("".join(words.split())) == 2


@needs_fonts
@given(words=st.text(st.sampled_from("#*_$`[]{}()<>@\\/\"'=-+~^:;,. 甲乙丙ab12\n"), max_size=60))
def test_no_text_makes_a_print_fail(children: Children, words: str) -> None:
    assert printed(children, data={"title": "甲", "text": words}).startswith(b"%PDF-")


@needs_fonts
def test_a_character_that_no_font_has_is_a_box_and_the_rest_is_there(children: Children) -> None:
    content = printed(children, data={"title": "请假", "text": "谢谢😀ก！"})
    assert "谢谢" in text_of(content)


@needs_fonts
def test_a_picture_is_shown_by_its_name_and_no_file_of_the_machine_is(children: Children) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, "PNG")
    content = printed(children, b'#image("seal.png", width: 2cm)', seal_png=out.getvalue())
    assert len(PdfReader(io.BytesIO(content)).pages[0].images) == 1
    for name in ("/etc/hostname", "../../etc/hostname", "/proc/self/environ"):
        with pytest.raises(TemplateBroken, match=r"file not found|access file|outside of project"):
            printed(children, f"#read({json.dumps(name)})".encode())


@needs_fonts
@pytest.mark.parametrize(
    "bomb", [b"#let x = range(300000000)", b"#let x = 0\n#for i in range(100000) { for j in range(100000) { x = i } }"]
)
def test_a_bomb_is_stopped_and_the_next_print_comes(
    children: Children, bomb: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(children)  # the child has read its fonts
    monkeypatch.setattr(apart, "WALL_S", 2.0)
    with pytest.raises(TooMuchToPrint):
        printed(children, bomb)
    monkeypatch.undo()
    assert "请假单" in text_of(printed(children))


def test_too_many_bytes_are_refused_before_anybody_is_asked(children: Children) -> None:
    with pytest.raises(TooMuchToPrint):
        printed(children, data={"text": "a" * (MAX_BYTES + 1)})


def test_without_a_chinese_font_it_says_which_to_install(children: Children, tmp_path: Path) -> None:
    with pytest.raises(NoChineseFont, match=r"fonts-noto-cjk.*into " + str(tmp_path)):
        printed(children, fonts=tmp_path)


@needs_fonts
@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"#nothing", "unknown variable: nothing"),
        (b'#text(font: "Nope")[x]', "unknown font family"),
        (b'#import "@preview/cetz:0.3.1": *', "imports a package from the network"),
        (b'#let data = json("data.json")\n#eval(data.text)', "names eval"),
        (b'#let data = json("data.json")\n#let run = eval\n#run(data.text)', "names eval"),
    ],
)
def test_a_template_that_is_wrong_says_why(children: Children, template: bytes, said: str) -> None:
    with pytest.raises(TemplateBroken, match=said):
        printed(children, template)


def test_no_template_of_ours_makes_code_of_a_text_or_fetches_anything() -> None:
    templates = sorted(Path(linli.__file__).parent.rglob("*.typ"))
    assert templates
    for path in templates:
        _refuse_doors(path.name, path.read_bytes())
