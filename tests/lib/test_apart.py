"""Reading in child processes: what a killed, hanging, greedy or forked one does, and who waits how long."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from PIL import Image

from linli.lib import apart
from linli.lib.apart import Busy, Child, ChildDied, Children, Turns


def png(side_px: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side_px, side_px)).save(out, "PNG")
    return out.getvalue()


def width_by(child: Child) -> int:
    return int(child.ask("picture_drawing", {"step": "measure"}, png())[0]["width_px"])


def test_nothing_is_started_before_the_first_question_and_then_it_is_kept() -> None:
    children = Children()
    assert children._rested == []
    with children.child() as first:
        assert width_by(first) == 40
    with children.child() as second:
        assert second is first
    children.close()
    assert first.process.returncode == -signal.SIGKILL


def test_a_killed_child_costs_one_answer_and_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    children = Children()
    with children.child() as first:
        pass
    monkeypatch.setattr(first, "is_fit", lambda: True)
    os.kill(first.process.pid, signal.SIGKILL)
    with pytest.raises(ChildDied), children.child() as same:
        width_by(same)
    with children.child() as second:
        assert second is not first
        assert width_by(second) == 40
    # Killed while it rests: nobody notices.
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait()
    with children.child() as third:
        assert width_by(third) == 40
    children.close()


def test_a_child_that_died_is_not_asked_again_though_its_death_became_a_refusal_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children = Children()

    def read_by(child: Child) -> None:
        monkeypatch.setattr(child.process, "poll", lambda: None)  # the system has not noticed yet
        try:
            child.ask("nobody", {})
        except ChildDied:
            raise ValueError("damaged") from None

    with pytest.raises(ValueError, match="damaged"), children.child() as first:
        read_by(first)
    with children.child() as second:
        assert second is not first
        assert width_by(second) == 40
    children.close()


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    children = Children()
    with children.child() as child:
        width_by(child)
    os.kill(child.process.pid, signal.SIGSTOP)
    monkeypatch.setattr(apart, "WALL_S", 0.2)
    with pytest.raises(ChildDied), children.child() as same:
        width_by(same)
    assert same is child
    assert child.process.returncode == -signal.SIGKILL


def test_a_refusal_in_the_block_is_no_fault_of_the_child() -> None:
    children = Children()
    with pytest.raises(ZeroDivisionError), children.child() as first:
        raise ZeroDivisionError
    with children.child() as second:
        assert second is first
    children.close()


def test_a_child_may_take_no_more_memory_than_it_is_given() -> None:
    with open("/proc/self/limits") as limits:
        assert "Max address space" in limits.read()
    children = Children()
    with children.child() as child:
        width_by(child)
        with open(f"/proc/{child.process.pid}/limits") as limits:
            lines = {line[:25].strip(): line[25:].split() for line in limits}
        assert lines["Max address space"][0] == str(1024**3)
        assert lines["Max file size"][0] == "0"
        assert lines["Max core file size"][0] == "0"
        assert 20 <= int(lines["Max cpu time"][0]) <= 25
        assert os.getpriority(os.PRIO_PROCESS, child.process.pid) >= 10
    children.close()


def test_a_child_ends_with_its_parent_and_not_by_ctrl_c() -> None:
    program = (
        "import sys, time; from linli.lib.apart import Children\n"
        "with Children().child() as child:\n"
        "    child.ask('picture_drawing', {'step': 'measure'}, b'')\n"
        "    print(child.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert parent.stdout is not None
    child_pid = int(parent.stdout.readline())
    assert os.getpgid(child_pid) != os.getpgid(parent.pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _attempt in range(200):
        try:
            with open(f"/proc/{child_pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return
        except FileNotFoundError:
            return
        threading.Event().wait(0.02)
    raise AssertionError("the child outlived its parent")


def test_a_fork_does_not_talk_into_its_parents_pipes() -> None:
    children = Children()
    with children.child() as first:
        width_by(first)
    children._owner = -1  # as the fork sees it
    with children.child() as second:
        assert second is not first
        assert width_by(second) == 40
    first.end()
    children.close()


def test_more_than_may_wait_are_told_so_at_once() -> None:
    turns = Turns(places=1, waiting=1, wait_s=60)
    inside, leave, waited = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with turns.turn():
            inside.set()
            leave.wait(20)

    def wait() -> None:
        with turns.turn():
            waited.set()

    holder, waiter = threading.Thread(target=hold), threading.Thread(target=wait)
    holder.start()
    assert inside.wait(10)
    waiter.start()
    while turns.room._free._value:  # the second has its place in the line
        threading.Event().wait(0.005)
    begun = time.monotonic()
    with pytest.raises(Busy), turns.turn():
        pass
    assert time.monotonic() - begun < 1
    assert not waited.is_set()
    leave.set()
    holder.join(10)
    waiter.join(10)
    assert waited.is_set()
    with turns.turn():
        pass


def test_nobody_waits_longer_than_said() -> None:
    turns = Turns(places=1, waiting=1, wait_s=0.05)
    with turns.turn(), pytest.raises(Busy), turns.turn():
        pass
    with turns.turn():
        pass
