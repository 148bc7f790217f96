"""Nothing of the sandbox outlives the desk, however the desk ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import pytest

# Starts a pool, occupies one child for long, and tells the pids of zygote and child.
DESK = """
import signal, sys, threading
from haidang.engine.sandbox import Sandbox
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts its background jobs without
sandbox = Sandbox(size=1, wall_s=60)
child = sandbox.run("haidang.engine.sandbox.drill:sleep", 0.0)
busy = threading.Thread(
    target=sandbox.run, args=("haidang.engine.sandbox.drill:sleep", 50.0), daemon=True
)
busy.start()
with open(f"/proc/{child}/stat") as stat:
    zygote = stat.read().rpartition(")")[2].split()[1]
print(zygote, child, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def desk():
    process = subprocess.Popen(
        [sys.executable, "-c", DESK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    with process:
        yield process
        process.kill()


def open_pids(process):
    return [os.pidfd_open(int(pid)) for pid in process.stdout.readline().split()]


def all_end(handles, *, within_s):
    """True when every process of these handles has ended in time."""
    ended = []
    for handle in handles:
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        ended.append(bool(waiting.poll(within_s * 1000)))
        os.close(handle)
    return all(ended)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_children_end_when_the_desk_is_killed(desk, sign):
    handles = open_pids(desk)
    assert len(handles) == 2
    desk.send_signal(sign)
    assert all_end(handles, within_s=5)


def test_children_end_when_the_desk_ends_by_itself(desk):
    handles = open_pids(desk)
    desk.stdin.close()
    assert all_end(handles, within_s=5)


def test_children_end_when_their_zygote_is_killed(desk):
    zygote, child = desk.stdout.readline().split()
    handles = [os.pidfd_open(int(child))]
    os.kill(int(zygote), signal.SIGKILL)
    assert all_end(handles, within_s=5)


def test_pool_in_a_forked_copy_starts_its_own_children():
    from haidang.engine.sandbox import Sandbox

    target = "haidang.engine.sandbox.drill:sleep"
    with Sandbox(size=1) as sandbox:
        before = sandbox.run(target, 0.0)
        reading, writing = os.pipe()
        copy = os.fork()
        if copy == 0:
            os.write(writing, str(sandbox.run(target, 0.0)).encode())
            sandbox.close()
            os._exit(0)
        os.waitpid(copy, 0)
        theirs = int(os.read(reading, 32))
        os.close(reading)
        os.close(writing)
        assert (theirs != before, sandbox.run(target, 0.0)) == (True, before)
