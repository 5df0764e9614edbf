"""Children kept running, stopped, restarted and taken over."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from baroalgi.operations import processes, supervisor
from baroalgi.operations.interrupts import Interrupts
from baroalgi.operations.supervisor import Child, crew, take_over
from baroalgi.operations.trouble import CannotRun

# A command with two children, the second with a child of its own, that tells their pids.
COMMAND = """
import json, os, sys
from pathlib import Path
from baroalgi.operations.interrupts import Interrupts
from baroalgi.operations.supervisor import Child, crew
run = Path(sys.argv[1])
sleeper = "import time; time.sleep(600)"
parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {sleeper!r}]).wait()"
with Interrupts() as interrupts, crew(run, run, interrupts, print) as members:
    members.start(Child("web", (sys.executable, "-c", sleeper), os.environ))
    members.start(Child("worker", (sys.executable, "-c", parent), os.environ))
    print("up", flush=True)
    members.watch()
"""


def pids(run_dir: Path) -> list[int]:
    return [note["pid"] for note in json.loads((run_dir / "children.json").read_text())]


def wait_until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def alive_groups(groups: list[int]) -> list[int]:
    return [group for group in groups if processes.group_alive(group)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_child_and_is_no_failure(tmp_path, python, number):
    command = python(COMMAND, tmp_path)
    assert command.stdout.readline() == "up\n"
    groups = pids(tmp_path)
    command.send_signal(number)
    assert command.wait(20) == 0
    assert alive_groups(groups) == []
    assert not (tmp_path / "children.json").exists()


def test_an_impatient_second_signal_does_not_cut_the_tidying_up_short(tmp_path, python):
    command = python(COMMAND, tmp_path)
    assert command.stdout.readline() == "up\n"
    groups = pids(tmp_path)
    for _ in range(5):
        command.send_signal(signal.SIGINT)
    assert command.wait(20) == 0
    assert alive_groups(groups) == []


def test_what_a_killed_command_left_is_stopped_by_the_next(tmp_path, python):
    command = python(COMMAND, tmp_path)
    assert command.stdout.readline() == "up\n"
    groups = pids(tmp_path)
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert alive_groups(groups) == groups
    assert take_over(tmp_path) == ["web", "worker"]
    assert alive_groups(groups) == []


def test_a_process_that_got_the_number_of_a_child_is_left_alone(tmp_path, python):
    stranger = python("import time; print('up', flush=True); time.sleep(600)")
    stranger.stdout.readline()
    notes = [{"name": "web", "pid": stranger.pid, "started": "another time"}]
    (tmp_path / "children.json").write_text(json.dumps(notes))
    assert take_over(tmp_path) == []
    assert stranger.poll() is None


def test_a_child_that_dies_is_started_again(tmp_path):
    said = []
    with Interrupts() as interrupts, crew(tmp_path, tmp_path, interrupts, said.append) as members:
        members.start(Child("worker", (sys.executable, "-c", "import time; time.sleep(600)"), os.environ))
        [first] = pids(tmp_path)
        os.kill(first, signal.SIGKILL)

        def again():
            members.look()
            return pids(tmp_path) != [first]

        wait_until(again)
        [second] = pids(tmp_path)
        assert processes.alive(second)
    assert not processes.alive(second)
    assert "worker stopped with status 137 and is started again" in said[0]


def test_a_child_that_never_stays_ends_the_command_with_its_last_words(tmp_path):
    with Interrupts() as interrupts, crew(tmp_path, tmp_path, interrupts, lambda _: None) as members:
        members.start(Child("web", (sys.executable, "-c", "raise SystemExit('no settings')"), os.environ))
        with pytest.raises(CannotRun, match=r"web stopped 5 times in a row, .* status 1; .*: no settings$"):
            members.watch()


def test_a_child_that_is_killed_again_and_again_has_not_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.05)
    with Interrupts() as interrupts, crew(tmp_path, tmp_path, interrupts, lambda _: None) as members:
        members.start(Child("worker", (sys.executable, "-c", "import time; time.sleep(600)"), os.environ))
        for _kill in range(supervisor.MOST_QUICK_DEATHS + 2):
            [now] = pids(tmp_path)
            os.kill(now, signal.SIGKILL)

            def again(now=now):
                members.look()
                return pids(tmp_path) != [now]

            wait_until(again)
        assert processes.alive(*pids(tmp_path))


def test_the_children_of_a_killed_child_of_a_killed_command_are_stopped_too(tmp_path, python):
    command = python(COMMAND, tmp_path)
    assert command.stdout.readline() == "up\n"
    web, worker = pids(tmp_path)
    wait_until(lambda: len(members_of(worker)) == 2)
    command.send_signal(signal.SIGSTOP)  # it must not see what happens
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: not processes.alive(worker))  # a killed process still dies when its turn comes
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert alive_groups([web, worker]) == [web, worker]
    assert take_over(tmp_path) == ["web"]
    assert alive_groups([web, worker]) == []


def members_of(group: int) -> list[int]:
    """Return the processes of a group."""
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in entries if processes._group_of(entry) == group]
