"""Which encoding the bytes of a text file are in: UTF-8, UTF-16 or GB18030, with or without byte order mark.

GB18030 contains GBK and GB 2312. Nearly any bytes are valid GB18030, so a file in a Western single-byte encoding is taken
for it and shows strange ideographs. UTF-16 without a mark is known by the zero bytes of its digits and delimiters.
"""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO, Final

_CHUNK_BYTES: Final = 1 << 20
_LOOKED_AT_BYTES: Final = 4096
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NoText(ValueError):
    """Bytes in none of the encodings; `line` is where they stop making sense, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: bytes that are neither UTF-8 nor GB18030")
        self.line = line


def find_encoding(source: BinaryIO) -> str:
    """The name of the encoding of a file that can be read from anywhere. Reads it once. Raises NoText."""
    candidates = _candidates(source)
    broken_at: int | None = 0
    for encoding in candidates:
        broken_at = _first_broken_byte(source, encoding)
        if broken_at is None:
            return encoding
    source.seek(0)
    raise NoText(source.read(broken_at or 0).count(b"\n") + 1)


def decoded(content: bytes) -> str:
    """A text out of its bytes, without byte order mark. Raises NoText."""
    return content.decode(find_encoding(io.BytesIO(content)))


def _candidates(source: BinaryIO) -> list[str]:
    source.seek(0)
    start = source.read(_LOOKED_AT_BYTES)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return [encoding]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    # Text in UTF-16 has a zero in one half of each ASCII character; a stray NUL is no sign of it.
    if max(even, odd) > 4 * min(even, odd) and max(even, odd) * 8 > len(start):
        return ["utf-16-le" if odd > even else "utf-16-be"]
    return ["utf-8", "gb18030"]


def _first_broken_byte(source: BinaryIO, encoding: str) -> int | None:
    """Where decoding fails, to the chunk-wise precision of the decoder; None when the whole file decodes."""
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = 0
    while True:
        chunk = source.read(_CHUNK_BYTES)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return seen + error.start
        seen += len(chunk)
        if not chunk:
            return None
