"""Reads voice notes from strangers and re-encodes them as AAC in an .m4a, mono, without metadata.

Sound decoders are C code that meets hostile bytes, so they run in a child process with limits on memory and time
(`apart.py`); what kills the child is a refusal, not an outage. The container is told by content and only that demuxer is
used, so no playlist or network protocol of FFmpeg is ever reached. `pictures.py` stands next door.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from linli.lib.apart import Child, ChildDied

MAX_BYTES = 5 * 1024 * 1024
MAX_SECONDS = 180.0
MIN_SECONDS = 0.2
WORK_PIXELS = 10_000_000  # what decoding and encoding one note costs, in the measure of pictures
_RATE_HZ = 24_000
_BITS_PER_SECOND = 48_000
_CODECS = frozenset(
    {
        "opus", "vorbis", "aac", "mp3", "mp3float", "amr_nb", "amr_wb", "amrnb", "amrwb", "flac", "alac",
        "pcm_s16le", "pcm_s24le", "pcm_f32le", "pcm_u8", "pcm_alaw", "pcm_mulaw",
    }
)  # fmt: skip


class VoiceRefused(ValueError):
    """A file that is not taken. `reason`: empty, too_large, not_a_voice, video, too_long, too_short, damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Voice:
    """What a received voice note is, and its clean copy (AAC, mono, 24 kHz, .m4a)."""

    media_type: str
    duration_s: float
    m4a: bytes


def sniff(content: bytes) -> tuple[str, str] | None:
    """(FFmpeg's demuxer, media type) told from the first bytes; None for anything that is no sound we take."""
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska", "audio/webm"
    if content[4:8] == b"ftyp":
        return "mov", "audio/3gpp" if content[8:11] == b"3gp" else "audio/mp4"
    if content.startswith(b"OggS"):
        return "ogg", "audio/ogg"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "wav", "audio/wav"
    if content.startswith(b"#!AMR"):
        return "amr", "audio/amr"
    if content.startswith(b"fLaC"):
        return "flac", "audio/flac"
    if content.startswith(b"ID3") or (len(content) > 2 and content[0] == 0xFF and content[1] & 0xE6 in (0xE2, 0xE6)):
        return "mp3", "audio/mpeg"
    if len(content) > 2 and content[0] == 0xFF and content[1] & 0xF6 == 0xF0:
        return "aac", "audio/aac"
    return None


def read_voice(content: bytes, child: Child) -> Voice:
    """Checks a voice note, and has `child` decode and re-encode it. Raises VoiceRefused. Cost: about 0.3 s in the child."""
    if not content:
        raise VoiceRefused("empty")
    if len(content) > MAX_BYTES:
        raise VoiceRefused("too_large")
    sniffed = sniff(content)
    if sniffed is None:
        raise VoiceRefused("not_a_voice")
    try:
        head, m4a = child.ask("voices", {"demuxer": sniffed[0]}, content)
    except ChildDied:
        raise VoiceRefused("damaged") from None
    if "refused" in head:
        raise VoiceRefused(head["refused"])
    return Voice(sniffed[1], float(head["duration_s"]), m4a)


def reencode(content: bytes, demuxer: str) -> tuple[float, bytes]:
    """(seconds, .m4a bytes). Runs in the child; raises VoiceRefused for what is forbidden, anything for garbage."""
    import av
    import av.error

    with av.open(io.BytesIO(content), mode="r", format=demuxer) as source:
        if any(stream.type == "video" and not _is_cover(stream) for stream in source.streams):
            raise VoiceRefused("video")
        if len(source.streams.audio) != 1:
            raise VoiceRefused("not_a_voice")
        stream = source.streams.audio[0]
        if stream.codec_context.name not in _CODECS:
            raise VoiceRefused("not_a_voice")
        out = io.BytesIO()
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=_RATE_HZ)
        samples, broken = 0, 0
        with av.open(out, mode="w", format="ipod") as target:
            encoded = target.add_stream("aac", rate=_RATE_HZ, layout="mono", bit_rate=_BITS_PER_SECOND)
            for packet in source.demux(stream):
                try:
                    frames: list[Any] = list(packet.decode())
                except av.error.InvalidDataError:
                    broken += 1  # One bad packet of a phone is a click; many are garbage.
                    if broken > 10:
                        raise
                    continue
                for frame in frames:
                    frame.pts = None
                    for piece in resampler.resample(frame):
                        samples += piece.samples
                        if samples > MAX_SECONDS * _RATE_HZ:
                            raise VoiceRefused("too_long")
                        target.mux(encoded.encode(piece))
            for piece in resampler.resample(None):
                samples += piece.samples
                target.mux(encoded.encode(piece))
            if samples < MIN_SECONDS * _RATE_HZ:
                raise VoiceRefused("too_short")
            target.mux(encoded.encode(None))
    return samples / _RATE_HZ, out.getvalue()


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & 0x400)  # AV_DISPOSITION_ATTACHED_PIC


def answer(question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child says: seconds and the new file, or the reason of a refusal."""
    import av.logging

    av.logging.set_level(None)
    try:
        duration_s, m4a = reencode(content, question["demuxer"])
    except Exception as error:
        return {"refused": getattr(error, "reason", "damaged")}, b""
    return {"duration_s": round(duration_s, 2)}, m4a
