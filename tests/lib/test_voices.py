"""What is taken for a voice note, what is refused, and what its copy holds; tried with real recordings made here."""

from __future__ import annotations

import io
import random
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from linli.lib import apart, voices
from linli.lib.apart import Children
from linli.lib.voices import Voice, VoiceRefused

children = Children()


def read_voice(content: bytes) -> Voice:
    """As the door reads it: in a child process."""
    with children.child() as child:
        return voices.read_voice(content, child)


def recording(
    container: str = "webm", codec: str = "libopus", seconds: float = 1.0, *, video: bool = False, rate_hz: int = 48_000
) -> bytes:
    """A sine of 440 Hz as a phone or browser would send it."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        target.metadata["title"] = "SecretTitle"
        stream: Any = target.add_stream(codec, rate=rate_hz, layout="mono")
        if video:
            film = target.add_stream("mpeg4", rate=10)
            film.width, film.height, film.pix_fmt = 64, 64, "yuv420p"
        wave = (0.3 * np.sin(np.arange(int(seconds * rate_hz)) * 440 * 2 * np.pi / rate_hz)).astype(np.float32)
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate_hz)
        for start in range(0, len(wave), 960):
            frame = av.AudioFrame.from_ndarray(wave[None, start : start + 960].copy(), format="flt", layout="mono")
            frame.rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
        if video:
            for _frame in range(5):
                target.mux(film.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
            target.mux(film.encode(None))
    return out.getvalue()


def reason_of(content: bytes) -> str:
    with pytest.raises(VoiceRefused) as caught:
        read_voice(content)
    return caught.value.reason


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("webm", "libopus", "audio/webm"),
        ("mp4", "aac", "audio/mp4"),
        ("ogg", "libopus", "audio/ogg"),
        ("wav", "pcm_s16le", "audio/wav"),
        ("mp3", "libmp3lame", "audio/mpeg"),
    ],
)
def test_a_recording_becomes_a_mono_aac_without_its_title(container: str, codec: str, media_type: str) -> None:
    received = recording(container, codec, 1.5)
    voice = read_voice(received)
    assert voice.media_type == media_type
    assert voice.duration_s == pytest.approx(1.5, abs=0.15)
    assert b"SecretTitle" not in voice.m4a
    with av.open(io.BytesIO(voice.m4a), "r") as copy:
        stream: Any = copy.streams[0]
        assert (stream.codec_context.name, stream.layout.name) == ("aac", "mono")
        samples = np.concatenate([frame.to_ndarray()[0] for frame in copy.decode(audio=0)])
        rate_hz = stream.rate
    # It is still the tone that was sung.
    strongest = np.argmax(np.abs(np.fft.rfft(samples))) * rate_hz / len(samples)
    assert strongest == pytest.approx(440, abs=5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"OggS" + b"\0" * (5 * 1024 * 1024), "too_large"),
        (b"<html>", "not_a_voice"),
        (b"#EXTM3U\nhttp://example.org/a.mp3\n", "not_a_voice"),
        (b"\xff\xd8\xff\xe0JFIF", "not_a_voice"),
        (b"\x1a\x45\xdf\xa3" + b"x" * 2000, "damaged"),
        (b"OggS" + b"\0" * 500, "damaged"),
        (b"\0\0\0\x18ftypM4A " + b"\0" * 500, "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_voice_note_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason_of(content) == reason


def test_a_film_is_refused() -> None:
    assert reason_of(recording("mp4", "aac", 1.0, video=True)) == "video"


@pytest.mark.slow
def test_three_minutes_are_taken_and_more_is_not() -> None:
    assert read_voice(recording("ogg", "libopus", 179.5)).duration_s == pytest.approx(179.5, abs=0.5)
    assert reason_of(recording("ogg", "libopus", 181)) == "too_long"


def test_silence_of_no_length_is_refused() -> None:
    assert reason_of(recording("wav", "pcm_s16le", 0.05)) == "too_short"


def test_a_decoder_that_hangs_is_ended_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WALL_S", 0.001)
    assert reason_of(recording(seconds=60.0)) == "damaged"  # takes far longer than that, on any machine


@pytest.mark.slow
def test_damaged_recordings_never_raise_anything_else() -> None:
    chance = random.Random(20250101)
    outcomes = {"taken": 0, "refused": 0}
    for container, codec in (("webm", "libopus"), ("mp4", "aac"), ("ogg", "libopus"), ("mp3", "libmp3lame")):
        whole = recording(container, codec, 0.5)
        for _round in range(6):
            hurt = bytearray(whole)
            for _byte in range(chance.choice((4, 40, 400))):
                hurt[chance.randrange(len(hurt))] = chance.randrange(256)
            try:
                read_voice(bytes(hurt))
                outcomes["taken"] += 1
            except VoiceRefused:
                outcomes["refused"] += 1
    assert outcomes["refused"] > 3
