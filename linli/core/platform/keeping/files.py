"""The door for photos and voice notes: receive, open, clean up. Type by content, once per content, clean copies.

linli.lib.pictures and linli.lib.voices decode; `storage.py` keeps bytes; `serving/file_pages.py` answers requests for them. A row
that holds a file names it by a `StoredFileId` (or a foreign key) and its area decides who may see it: the copies, or for
staff the received bytes. What no such field names is removed a week later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.core.platform.keeping.evidence import naming_fields
from linli.core.platform.keeping.storage import STRANGERS_LEAVE_BYTES, TREES, Storage, StorageFull, Tree, storage
from linli.core.platform.models import Derivative, StoredFile
from linli.core.platform.rationing.purses import spend_bytes
from linli.core.platform.rationing.turns import reading_child, spend_pixels
from linli.core.platform.saying.refusals import BadInput
from linli.core.platform.writing import clock
from linli.core.platform.writing.rows import insert_rows
from linli.core.platform.writing.work import SYSTEM, write
from linli.lib import pictures, voices
from linli.lib.picture_ends import picture_alone

Variant = Literal["received", "display", "thumb"]
ORPHAN_AGE = timedelta(days=7)
_BATCH = 500


class FileRefused(BadInput):
    """A file that is not taken; the sentence names the file, what is wrong and the mend. `code` is file_<reason>."""


@dataclass(frozen=True)
class OpenedVariant:
    """An open variant of a stored file with what an answer about it needs. The caller closes `stream`."""

    stream: BinaryIO
    media_type: str
    size_bytes: int
    sha256: str


def receive_photo(source: bytes | BinaryIO, name: str = "", *, field: str = "photo", stranger: str = "") -> StoredFile:
    """Takes in one photo (JPEG, HEIC, AVIF, PNG or WebP) and makes its copies. Limits: `pictures.PixelLimits`.

    What hangs behind the picture, such as the film of a motion photo, is not kept. `stranger` is the network
    (`network_of`) of a sender without account: smaller limits, a line of their own, budgets of work and of bytes.
    Call it before the `write` that refers to it: decoding takes up to seconds and would hold the transaction. The same
    content again gives the same row. Raises FileRefused, TooBusy, TooMany and StorageFull; then nothing is kept.
    """
    with reading_child(stranger=bool(stranger), field=field) as child:
        content = picture_alone(_read(source, pictures.MAX_BYTES))
        if known := _received_again(content, StoredFile.Kind.PHOTO):
            return known
        limits = pictures.FOR_STRANGERS if stranger else pictures.FOR_STAFF
        try:
            picture = pictures.read_picture(content, child, limits, _purse(stranger, field))
        except pictures.PictureRefused as refused:
            sentence = _photo_sentence(refused.reason, name)
            raise FileRefused(sentence, code=f"file_{refused.reason}", field=field) from None
    row: dict[str, object] = {
        "kind": StoredFile.Kind.PHOTO, "media_type": picture.media_type, "width_px": picture.width_px,
        "height_px": picture.height_px, "duration_s": None,
    }  # fmt: skip
    return _keep(content, row, _drawn(picture), stranger=stranger, field=field)


def receive_voice(source: bytes | BinaryIO, name: str = "", *, field: str = "voice", stranger: str = "") -> StoredFile:
    """Takes in one voice note (what browsers and phones record, at most 5 MB and 3 minutes) and makes its copy.

    As receive_photo in everything else.
    """
    with reading_child(stranger=bool(stranger), field=field) as child:
        content = _read(source, voices.MAX_BYTES)
        if known := _received_again(content, StoredFile.Kind.VOICE):
            return known
        _purse(stranger, field)(voices.WORK_PIXELS)
        try:
            voice = voices.read_voice(content, child)
        except voices.VoiceRefused as refused:
            sentence = _voice_sentence(refused.reason, name)
            raise FileRefused(sentence, code=f"file_{refused.reason}", field=field) from None
    row: dict[str, object] = {
        "kind": StoredFile.Kind.VOICE, "media_type": voice.media_type, "width_px": None, "height_px": None,
        "duration_s": voice.duration_s,
    }  # fmt: skip
    return _keep(content, row, _heard(voice), stranger=stranger, field=field)


def _drawn(picture: pictures.Picture) -> list[_Made]:
    drawn = ((Derivative.Variant.DISPLAY, picture.display), (Derivative.Variant.THUMB, picture.thumb))
    return [_Made(variant, "image/jpeg", copy.jpeg, copy.width_px, copy.height_px) for variant, copy in drawn]


def _heard(voice: voices.Voice) -> list[_Made]:
    return [_Made(Derivative.Variant.DISPLAY, "audio/mp4", voice.m4a, None, None)]


def _purse(stranger: str, field: str) -> Callable[[int], None]:
    """Where the work for a file is taken from: the staff's is not counted."""

    def spend(pixels: int) -> None:
        if stranger:
            spend_pixels(stranger, pixels, field=field)

    return spend


def open_variant(file: StoredFile, variant: Variant) -> OpenedVariant:
    """Opens the copy `display` or `thumb`, or the bytes as `received` (staff only: they may hold a position).

    Raises Derivative.DoesNotExist for a variant this kind does not have, FileNotFoundError when its bytes are gone.
    """
    if variant == "received":
        stream = storage().open("received", file.sha256)
        return OpenedVariant(stream, file.media_type, file.size_bytes, file.sha256)
    copy = Derivative.objects.get(file=file, variant=variant)
    return OpenedVariant(storage().open("derived", copy.sha256), copy.media_type, copy.size_bytes, copy.sha256)


def remove_orphans() -> dict[str, int]:
    """Deletes stored files that nothing has referred to for a week, and bytes without a row; returns the counts.

    The bytes of a row go in the run after the one that deleted it: inside one transaction a roll-back could otherwise
    bring back a row whose bytes are gone. One audit line when something was deleted; calling it again is harmless.
    """
    cutoff = clock.now() - ORPHAN_AGE
    place = storage()
    contents = sum(_remove_stray(place, tree) for tree in TREES)
    rows = 0
    last_id = 0
    while True:
        old = StoredFile.objects.filter(received_at__lt=cutoff, id__gt=last_id).order_by("id")
        ids = list(old.values_list("id", flat=True)[:_BATCH])
        if not ids:
            break
        last_id = ids[-1]
        orphans = sorted(set(ids) - _referred(ids))
        with write(SYSTEM):
            # Asked again inside: a file may have been sent and referred to since.
            still = sorted(set(orphans) - _referred(orphans))
            doomed = StoredFile.objects.filter(id__in=still, received_at__lt=cutoff)
            Derivative.objects.filter(file__in=doomed).delete()
            rows += doomed.delete()[1].get(StoredFile._meta.label, 0)
    if rows or contents:
        with write(SYSTEM) as work:
            work.audit("platform", "files.clean", "file", "", {"rows": rows, "contents": contents})
    return {"rows": rows, "contents": contents}


def remake_copies(file: StoredFile) -> bool:
    """Draws the copies of a file anew out of its received bytes; False when those are missing, rotten or unreadable.

    Calling it again gives the same copies.
    """
    place = storage()
    try:
        with place.open("received", file.sha256) as received:
            content = received.read()
    except FileNotFoundError:
        return False
    if hashlib.sha256(content).hexdigest() != file.sha256:
        return False
    try:
        with reading_child(stranger=False) as child:
            photo = file.kind == StoredFile.Kind.PHOTO
            copies = (
                _drawn(pictures.read_picture(content, child)) if photo else _heard(voices.read_voice(content, child))
            )
    except (pictures.PictureRefused, voices.VoiceRefused):
        return False
    for copy in copies:
        place.put("derived", copy.sha256, copy.content)
    with write(SYSTEM):
        Derivative.objects.filter(file=file).delete()
        _insert_copies(file, copies)
    return True


@dataclass(frozen=True)
class _Made:
    variant: str
    media_type: str
    content: bytes
    width_px: int | None
    height_px: int | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def _read(source: bytes | BinaryIO, limit: int) -> bytes:
    """At most one byte more than the limit, so that a huge upload is refused without being read."""
    return source if isinstance(source, bytes) else source.read(limit + 1)


def _received_again(content: bytes, kind: str) -> StoredFile | None:
    digest = hashlib.sha256(content).hexdigest()
    if not StoredFile.objects.filter(sha256=digest, kind=kind).exists():
        return None
    storage().put("received", digest, content)  # may have been given up since; else this only says that it is in use
    with write(SYSTEM) as work:
        StoredFile.objects.filter(sha256=digest).update(received_at=work.now, received_erased_at=None)
        return StoredFile.objects.filter(sha256=digest, kind=kind).first()


def _keep(
    content: bytes, row: dict[str, object], copies: list[_Made], *, stranger: str = "", field: str = ""
) -> StoredFile:
    """Bytes first, then rows: a row never points at bytes that are not there."""
    place = storage()
    if stranger:
        size = len(content) + sum(len(copy.content) for copy in copies)
        if place.free_bytes() < STRANGERS_LEAVE_BYTES + size:
            raise StorageFull
        spend_bytes(stranger, size, field=field)
    digest = hashlib.sha256(content).hexdigest()
    place.put("received", digest, content)
    for copy in copies:
        place.put("derived", copy.sha256, copy.content)
    with write(SYSTEM) as work:
        columns = {**row, "sha256": digest, "size_bytes": len(content), "received_at": work.now}
        inserted = insert_rows(StoredFile, [columns], ignore_taken=("sha256",))
        file = StoredFile.objects.get(sha256=digest)
        if inserted:  # Otherwise a twin was faster and its copies stand.
            _insert_copies(file, copies)
    return file


def _insert_copies(file: StoredFile, copies: list[_Made]) -> None:
    insert_rows(
        Derivative,
        [
            {
                "file": file.id, "variant": copy.variant, "sha256": copy.sha256, "media_type": copy.media_type,
                "size_bytes": len(copy.content), "width_px": copy.width_px, "height_px": copy.height_px,
            }
            for copy in copies
        ],
    )  # fmt: skip


def _referred(ids: list[int]) -> set[int]:
    """Which of `ids` some row names."""
    found: set[int] = set()
    for model, field in naming_fields():
        named = model._base_manager.filter(**{f"{field.attname}__in": ids})
        found.update(named.values_list(field.attname, flat=True).distinct())
    return found


def _remove_stray(place: Storage, tree: Tree) -> int:
    cutoff = clock.now() - ORPHAN_AGE
    model = StoredFile if tree == "received" else Derivative
    removed = 0
    batch: list[str] = []

    def remove_batch() -> int:
        given_up = Q(received_erased_at__isnull=False) if model is StoredFile else Q(pk__in=[])
        named = model._default_manager.filter(sha256__in=batch).exclude(given_up)
        kept = set(named.values_list("sha256", flat=True))
        return sum(place.remove_unless_newer(tree, sha256, cutoff) for sha256 in batch if sha256 not in kept)

    for sha256 in place.last_put_before(tree, cutoff):
        batch.append(sha256)
        if len(batch) == _BATCH:
            removed += remove_batch()
            batch.clear()
    return removed + remove_batch()


def _photo_sentence(reason: str, name: str) -> str:
    sentences = {
        "empty": _("%(name)s is empty. Take the photo again."),
        "too_large": _("%(name)s is larger than 64 MB. Send a smaller photo."),
        "not_a_photo": _("%(name)s is not a photo. Send a JPEG, HEIC, PNG or WebP picture."),
        "vector": _("%(name)s is a drawing (SVG), not a photo. Send a JPEG, HEIC, PNG or WebP picture."),
        "too_many_pixels": _("%(name)s has more pixels than can be read here. Send it smaller, or as JPEG."),
        "too_small": _("%(name)s is too small to show anything. Take the photo again."),
        "moving": _("%(name)s is a moving picture. Send a single photo."),
        "damaged": _("%(name)s is damaged or was cut short on the way. Send it again."),
    }
    return sentences[reason] % {"name": _shown(name, _("The photo"))}


def _voice_sentence(reason: str, name: str) -> str:
    sentences = {
        "empty": _("%(name)s is empty. Record it again."),
        "too_large": _("%(name)s is larger than 5 MB. Record a shorter one."),
        "not_a_voice": _("%(name)s is not a voice note. Record it with the phone's recorder."),
        "video": _("%(name)s is a video. Send a voice note or photos."),
        "too_long": _("%(name)s is longer than 3 minutes. Record a shorter one."),
        "too_short": _("%(name)s holds no sound. Record it again."),
        "damaged": _("%(name)s is damaged or was cut short on the way. Send it again."),
    }
    return sentences[reason] % {"name": _shown(name, _("The voice note"))}


def _shown(name: str, otherwise: str) -> str:
    """The file's name as the user knows it, without folders and control characters, at most 60 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in base if letter.isprintable())[:60] or otherwise
