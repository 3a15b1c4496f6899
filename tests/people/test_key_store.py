"""The store of secrets: slots that survive, are destroyed for good, and stand in a mirror."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from linli.core.platform.public import Forgotten, KeyStore, KeyStoreTrouble, SealError, new_data_key, unwrap, wrap


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "other").mkdir()
    return tmp_path / "keys", tmp_path / "other"


def test_a_secret_is_what_it_was_until_it_is_destroyed(places: tuple[Path, Path]) -> None:
    store = KeyStore(*places)
    made = [store.new() for _ in range(3)]
    assert [slot for slot, _secret in made] == [0, 1, 2]
    store.destroy([1])
    store.destroy([1])
    assert [store.secret(slot) for slot in (0, 2)] == [made[0][1], made[2][1]]
    with pytest.raises(Forgotten):
        store.secret(1)
    assert list(store.destroyed()) == [1]
    assert made[1][1] not in store.path.read_bytes()
    assert store.path.read_bytes() == (places[1] / store.path.name).read_bytes()
    assert store.path.stat().st_mode & 0o077 == 0
    assert store.new()[0] == 3, "a slot that was destroyed is not used again"


def test_many_at_once_get_a_slot_each(places: tuple[Path, Path]) -> None:
    store, made = KeyStore(*places), list[tuple[int, bytes]]()
    threads = [threading.Thread(target=lambda: made.extend(store.new() for _ in range(20))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slot for slot, _secret in made) == list(range(120))
    assert all(store.secret(slot) == secret for slot, secret in made)


def test_a_mirror_that_was_away_stops_nobody_and_catches_up(places: tuple[Path, Path]) -> None:
    folder, mirror = places
    first = KeyStore(folder, mirror).new()
    away = KeyStore(folder, mirror.parent / "not mounted")
    second = away.new()
    with pytest.raises(KeyStoreTrouble):
        away.destroy([0])  # forgetting is done only when both have forgotten
    assert KeyStore(folder, None).secret(0) == first[1]
    store = KeyStore(folder, mirror)
    assert store.mirror_lacks() == 1
    store.destroy([0])
    assert store.path.read_bytes() == (mirror / store.path.name).read_bytes(), "no hole where the second secret belongs"
    assert store.secret(1) == second[1]


def test_a_store_that_lost_its_end_says_so(places: tuple[Path, Path]) -> None:
    store = KeyStore(places[0], None)
    store.new()
    store.path.write_bytes(store.path.read_bytes()[:100])
    with pytest.raises(KeyStoreTrouble, match="missing"):
        store.secret(0)
    assert store.new()[0] == 1, "what was cut off is left behind"


@pytest.mark.parametrize("cipher", ["aes-gcm", "sm4-gcm"])
def test_a_wrapped_key_needs_the_configured_key_the_secret_and_the_use(cipher: str, settings: object) -> None:
    settings.LINLI_FIELD_CIPHER = cipher  # type: ignore[attr-defined]
    key = new_data_key()
    token = wrap(key, b"s" * 32, "core 990101")
    assert token.startswith("w.a." if cipher == "aes-gcm" else "w.s.")
    assert unwrap(token, b"s" * 32, "core 990101") == key
    for secret, use in ((b"t" * 32, "core 990101"), (b"s" * 32, "important 990101"), (b"s" * 32, "core 990102")):
        with pytest.raises(SealError):
            unwrap(token, secret, use)
