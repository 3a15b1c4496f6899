"""Files that come into a folder all together or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from linli.core.platform.public import BadInput
from linli.subsystems.division.files import landing as module
from linli.subsystems.division.files.landing import landing


def fill(half: Path, word: str) -> None:
    for name in ("a.txt", "b.txt"):
        (half / name).write_text(f"{name} {word}", encoding="utf-8")


def content(folder: Path) -> dict[str, str]:
    """All that stands in a folder, hidden things too."""
    return {one.name: one.read_text(encoding="utf-8") if one.is_file() else "folder" for one in folder.iterdir()}


def fill_folder(folder: Path, word: str) -> None:
    with landing(folder) as half:
        fill(half, word)


OLD = {"a.txt": "a.txt old", "b.txt": "b.txt old"}
NEW = {"a.txt": "a.txt new", "b.txt": "b.txt new"}


def test_files_come_into_a_folder_that_is_made_for_them(tmp_path: Path) -> None:
    fill_folder(tmp_path / "x" / "y", "old")
    assert content(tmp_path / "x" / "y") == OLD


def _break_off(folder: Path, error: type[BaseException]) -> None:
    with landing(folder) as half:
        fill(half, "new")
        assert content(folder).keys() > OLD.keys(), "nothing stands in the folder while it is written"
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, SystemExit])
def test_what_is_broken_off_leaves_what_was_there_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    fill_folder(tmp_path, "old")
    with pytest.raises(error):
        _break_off(tmp_path, error)
    assert content(tmp_path) == OLD


def test_a_file_that_cannot_come_takes_back_those_that_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.txt").mkdir()
    (tmp_path / "b.txt" / "inside").touch()
    (tmp_path / "a.txt").write_text("a.txt old", encoding="utf-8")
    with pytest.raises(OSError, match=r"b\.txt"):
        fill_folder(tmp_path, "new")
    assert content(tmp_path) == {"a.txt": "a.txt old", "b.txt": "folder"}
    (tmp_path / "a.txt").unlink()
    with pytest.raises(OSError, match=r"b\.txt"):
        fill_folder(tmp_path, "new")
    assert content(tmp_path) == {"b.txt": "folder"}
    # Where the file system knows no second names, a copy does.
    (tmp_path / "a.txt").write_text("a.txt old", encoding="utf-8")
    monkeypatch.setattr(os, "link", refuse_link)
    with pytest.raises(OSError, match=r"b\.txt"):
        fill_folder(tmp_path, "new")
    assert content(tmp_path) == {"a.txt": "a.txt old", "b.txt": "folder"}


def refuse_link(*_given: object) -> None:
    raise PermissionError("no second names here")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stop_between_two_files_waits_until_all_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fill_folder(tmp_path, "old")
    replace = os.replace
    places: list[str] = []
    stopped: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stopped.append(number)
        raise KeyboardInterrupt

    def replace_and_stop(one: Any, other: Any) -> None:
        places.append(Path(other).name)
        signal.raise_signal(getattr(signal, name))
        replace(one, other)

    before = signal.signal(getattr(signal, name), stop)
    try:
        monkeypatch.setattr(os, "replace", replace_and_stop)
        with pytest.raises(KeyboardInterrupt):
            fill_folder(tmp_path, "new")
        assert signal.getsignal(getattr(signal, name)) is stop
    finally:
        signal.signal(getattr(signal, name), before)
    assert (sorted(places), stopped) == (["a.txt", "b.txt"], [getattr(signal, name)])
    assert content(tmp_path) == NEW


def test_two_at_once_each_land_whole(tmp_path: Path) -> None:
    with landing(tmp_path) as half:
        fill(half, "new")
        fill_folder(tmp_path, "old")
        assert OLD.items() <= content(tmp_path).items()
    assert content(tmp_path) == NEW


def test_the_files_of_two_never_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace
    first = threading.Event()
    others: list[threading.Thread] = []

    def replace_and_wait(one: Any, other: Any) -> None:
        replace(one, other)
        if not first.is_set():
            first.set()
            others[0].join(0.2)  # the other one begins now, and must wait until this one is through

    monkeypatch.setattr(os, "replace", replace_and_wait)

    def come_second() -> None:
        first.wait()
        fill_folder(tmp_path, "new")

    others.append(threading.Thread(target=come_second))
    others[0].start()
    fill_folder(tmp_path, "old")
    others[0].join()
    assert content(tmp_path) == NEW


def test_what_killed_runs_left_is_swept_up_but_not_what_is_being_written(tmp_path: Path) -> None:
    left = tmp_path / f"{module.PREFIX}gone"
    left.mkdir()
    (left / "half.gpkg").touch()
    with landing(tmp_path) as half:
        fill(half, "old")
        assert not left.exists()
        fill_folder(tmp_path, "new")
        assert half.exists()
    assert content(tmp_path) == OLD


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="file"):
        fill_folder(tmp_path / "file" / "below", "new")
