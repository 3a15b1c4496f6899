"""What goes out compressed, and what must not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory

from linli.core.desk import assets
from linli.web.compression import TextCompressionMiddleware
from tests.city import TestCity
from tests.platform.test_files import shut

BUILT = assets.DIST / "assets"


def large_files() -> list[Path]:
    return [path for path in BUILT.iterdir() if path.suffix in (".js", ".css", ".svg") and path.stat().st_size > 1000]


def test_every_large_built_file_lies_there_compressed_both_ways() -> None:
    found = large_files()
    assert len(found) >= 6, "the front end is not built; run `make front` first"
    for path in found:
        twin = path.with_name(path.name + ".gz")
        assert gzip.decompress(twin.read_bytes()) == path.read_bytes()
        brotli = path.with_name(path.name + ".br")
        assert 0 < brotli.stat().st_size <= twin.stat().st_size < path.stat().st_size * 0.6
        assert brotli.stat().st_mtime >= path.stat().st_mtime - 1


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", None)])
def test_the_server_hands_out_what_the_browser_takes(accepted: str, encoding: str | None) -> None:
    (script,) = BUILT.glob("map-*.js")
    answer = Client().get(f"/static/dist/assets/{script.name}", headers={"Accept-Encoding": accepted})
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    shut(answer)
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["Cache-Control"]
    assert int(answer.headers["Content-Length"]) == len(body)
    if encoding == "br":
        assert len(body) < 300_000 < script.stat().st_size


def test_pages_and_data_are_compressed_and_their_length_does_not_tell_what_is_in_them(city: TestCity) -> None:
    client = Client()
    answers = [client.get("/report/", headers={"Accept-Encoding": "gzip"}) for _ in range(12)]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert 'name="description"' in gzip.decompress(answers[0].content).decode()
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in answers)
    assert len({len(answer.content) for answer in answers}) > 4  # padded by a random length
    plain = client.get("/report/")
    assert not plain.has_header("Content-Encoding")
    assert len(answers[0].content) < len(plain.content) / 2


def passed(response: HttpResponse | FileResponse) -> str | None:
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})

    def view(_request: HttpRequest) -> HttpResponse:
        return response  # type: ignore[return-value]

    return TextCompressionMiddleware(view)(request).headers.get("Content-Encoding")  # type: ignore[union-attr]


def test_photos_sound_parts_and_tiles_stay_as_they_are(tmp_path: Path) -> None:
    body = b"a" * 5000
    assert passed(JsonResponse({"a": "b" * 5000})) == "gzip"
    assert passed(HttpResponse(body, content_type="text/html; charset=utf-8")) == "gzip"
    assert passed(HttpResponse(body, content_type="image/jpeg")) is None
    assert passed(HttpResponse(body, content_type="audio/mp4")) is None
    assert passed(HttpResponse(body, content_type="text/html", status=206)) is None
    assert passed(HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")) is None
    path = tmp_path / "a.html"
    path.write_bytes(body)
    with path.open("rb") as file:
        response = FileResponse(file, content_type="text/html")
        assert passed(response) is None
        shut(response)
