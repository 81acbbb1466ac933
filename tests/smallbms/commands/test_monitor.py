"""smallbms monitor, through the front door, over a pair of pseudo-terminals."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import serial
from click.testing import CliRunner, Result
from serial.tools import list_ports

from smallbms.__main__ import main
from smallbms.commands import monitor
from smallbms.presenters.watching import screen_lines
from smallbms.watching import port
from smallbms.watching.watch import Watch
from spec.language.reader import read, read_text, shipped
from spec.machine import Machine
from tests.smallbms import samples
from tests.smallbms.golden import assert_golden
from tests.smallbms.presenters.test_terminal import without_colours
from tests.smallbms.watching.simulated import IN_ORDER, Controller, sealed

CHECKOUT = Path(__file__).parents[3]
SMALLBMS = read(shipped())[0]
# The blue LED is lit while the load is warned only.
FAULTY = read_text(
    re.sub("(blue_led .*) in {connected, warning}", r"\1 is warning", SMALLBMS.text),
    "text.machine",
)[0]


def watch(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["monitor", *map(str, arguments)])


def told(machine: Machine, *, seconds: int = 3) -> bytes:
    """A start, a pre-alarm a second later, and its end a second after that."""
    controller = Controller(machine, SMALLBMS)
    lines = [controller.restart()]
    for k in range(seconds * 100):
        lines.append(controller.step({**IN_ORDER, "pre_alarm": int(100 <= k < 200)}, 10))
    return b"".join(lines)


@contextmanager
def line() -> Iterator[tuple[int, str]]:
    """The controller's end, and the name of the port at the other."""
    controller, port = pty.openpty()
    try:
        yield controller, os.ttyname(port)
    finally:
        for each in (controller, port):
            with suppress(OSError):
                os.close(each)


def watched(
    monkeypatch: pytest.MonkeyPatch, text: bytes, *arguments: object, seconds: str = "0.5"
) -> Result:
    """What is said of a controller that says `text` as soon as anybody listens."""
    with line() as (controller, name):
        open_ = port.opened

        @contextmanager
        def opened(path: str, baud: int) -> Iterator[port.Port]:
            with open_(path, baud) as source:
                sender = threading.Thread(target=os.write, args=(controller, text))
                sender.start()
                yield source
                sender.join()

        monkeypatch.setattr(monitor, "opened", opened)
        return watch(name, "--for", seconds, *arguments)


def anywhere(text: str) -> str:
    """`text`, whatever the port and the text of the machine."""
    return re.sub(r"smallbms [0-9a-f]{8}", "smallbms HASH", re.sub(r"/dev/\S+,", "PORT,", text))


def test_a_controller_that_does_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    done = watched(monkeypatch, told(SMALLBMS))
    assert done.exit_code == 0
    assert_golden("watched.txt", anywhere(done.stdout))
    assert not done.stderr


def test_one_that_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    done = watched(monkeypatch, told(FAULTY))
    assert done.exit_code == 1
    assert_golden("watched_violated.txt", anywhere(done.stdout))


def test_what_is_not_understood_is_counted_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        told(SMALLBMS, seconds=1)
        + b"\x1b[2J\xff@1 2\n# late 3\n"
        + sealed("1 1 i 1 s 1 o 1 f 0 b 0")
    )
    done = watched(monkeypatch, text)
    assert done.exit_code == 0
    assert "garbled: \N{REPLACEMENT CHARACTER}[2J\\xff@1 2\n" in done.stdout
    assert "the controller says: late 3\n" in done.stdout
    assert "this line fits another machine, not this one" in done.stdout
    assert "1 garbled, 1 not fitting" in done.stdout


def test_another_program_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    other = read_text(SMALLBMS.text + "# and so on\n", "text.machine")[0]
    done = watched(monkeypatch, Controller(other).restart())
    assert done.exit_code == 4
    assert done.stdout.count("WARNING: the controller says it is smallbms ") == 2


def test_a_fault_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    controller = Controller(SMALLBMS)
    first = controller.restart() + controller.step(IN_ORDER, 10)
    text = first.split(b"@")[1].split(b"*")[0].decode()
    fault = text.replace("0 0 i", "500 10 i").replace(" f 0", " f 4")
    done = watched(monkeypatch, first + sealed(fault))
    assert done.exit_code == 1
    assert "FAULT clock: two clocks disagree; all outputs float until power is" in done.stdout


def test_lines_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    done = watched(monkeypatch, told(FAULTY) + b"x\n", "--json", "-")
    assert done.exit_code == 1
    assert "VIOLATED R10" in done.stderr
    lines = [json.loads(each) for each in done.stdout.splitlines()]
    assert {each["schema"] for each in lines} == {1}
    greeting, first, *_, garbled = lines
    assert greeting["notes"] == ["program"]
    assert garbled == {"schema": 1, "garbled": "x", "notes": ["garbled"]}
    assert first["time_ms"] == 0
    assert first["inputs"]["supply"] == 48000
    assert first["inputs"]["valid"] is True
    assert first["modes"] == {"load": "off", "charge": "off"}
    assert first["outputs"]["load_disconnect"] == "floating"
    assert first["verdicts"]["R10"] == "holds"
    assert any("violated" in each["notes"] for each in lines)


def test_a_log_is_what_arrived_after_what_was_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    text = told(SMALLBMS, seconds=1) + b"\xff\x00"
    watched(monkeypatch, text, "--log", log)
    assert log.read_bytes() == b"before\n" + text


def test_silence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "_SILENCE_S", 0)
    done = watched(monkeypatch, b"")
    assert done.exit_code == 4
    assert done.stdout.count("is it this port and this baud rate") == 1


def test_a_port_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_ports, "comports", list)
    done = watch("/dev/no-such-port")
    assert done.exit_code == 2
    assert done.stderr == (
        "smallbms: /dev/no-such-port: there is no such port\n"
        "    no serial port is plugged in: look at the cable and the adapter\n"
    )


def test_what_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path, "/dev/null"):
        done = watch(path)
        assert done.exit_code == 2
        assert done.stderr.startswith(f"smallbms: {path}: this is no serial port\n")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "permission denied\n    your user may not use it: sudo usermod -aG dialout"),
        (errno.EBUSY, "another program is using it\n    end that first"),
    ],
)
def test_a_port_that_may_not_be_opened(
    monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise serial.SerialException(number, "no")

    monkeypatch.setattr(serial, "Serial", refuse)
    done = watch("/dev/ttyUSB0")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"smallbms: /dev/ttyUSB0: {said}")


def test_a_port_is_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with line() as (_, name), port.opened(name, 115200):
        done = watch(name)
        assert done.exit_code == 2
        assert done.stderr.startswith(f"smallbms: {name}: another program is using it")


def test_a_baud_rate_that_no_port_can_do() -> None:
    with line() as (_, name):
        done = watch(name, "--baud", 2**40)
    assert done.exit_code == 2
    assert "choose another --baud" in done.stderr


def test_a_log_that_would_overwrite_the_specification(tmp_path: Path) -> None:
    spec = tmp_path / "a.machine"
    spec.write_text(SMALLBMS.text, encoding="utf-8")
    assert watch("/dev/null", spec, "--log", spec).exit_code == 2
    assert watch("/dev/null", "--log", "-").exit_code == 2
    assert spec.read_text(encoding="utf-8") == SMALLBMS.text


def test_a_specification_with_errors() -> None:
    assert watch("/dev/null", samples.BROKEN).exit_code == 3


class Process:
    """The command as a process, with a controller at the other end of its port."""

    def __init__(self, controller: int, *arguments: str) -> None:
        self.controller = controller
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "smallbms", "monitor", *arguments],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        # It has opened the port by then.
        self.heading = self.process.stdout.readline()

    def hears(self, text: bytes, until: str) -> None:
        """Let it hear `text`, and wait until it says `until`."""
        assert self.process.stdout is not None
        os.write(self.controller, text)
        while until not in self.process.stdout.readline():
            assert self.process.poll() is None

    def ends(self) -> tuple[int, str, str]:
        """Its status, and what it says at the end."""
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.mark.parametrize(
    ("machine", "arguments", "status"),
    [(SMALLBMS, [], 0), (SMALLBMS, ["--for", "60"], 130), (FAULTY, ["--for", "60"], 1)],
    ids=["the end of a watch", "before its time", "violated"],
)
def test_ctrl_c(machine: Machine, arguments: list[str], status: int) -> None:
    with line() as (controller, name):
        watching = Process(controller, name, *arguments)
        watching.hears(told(machine), "pre_alarm true -> false")
        watching.process.send_signal(signal.SIGINT)
        code, out, err = watching.ends()
    assert (code, err) == (status, "")
    assert "garbled, 0 not fitting" in out


def test_a_port_that_is_unplugged() -> None:
    with line() as (controller, name):
        watching = Process(controller, name)
        watching.hears(told(SMALLBMS), "pre_alarm true -> false")
        os.close(controller)
        code, out, err = watching.ends()
    assert code == 2
    assert "No violation seen of R01" in out
    assert err == f"smallbms: {name}: the port is gone\n    look at the cable, and watch again\n"


def test_on_a_terminal_the_newest_state_stays_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("LINES", "50")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(monitor, "is_terminal", lambda _: True)
    done = watched(monkeypatch, told(FAULTY))
    assert done.exit_code == 1
    shown = without_colours(done.stdout)
    assert "VIOLATED R10: The blue LED is lit exactly while" in shown
    newest = shown[shown.rindex("requirements") :]
    assert re.search(r"R10  VIOLATED +first at \d\.\d{3} s, in \d+ lines", newest)
    assert re.search(r"R01  holds +Every output is high or floating.* remote_l +0 V\n", newest)
    assert re.search(r"load +connected +since 2\.000 s\n", newest)
    assert re.search(r"R12  not by watching", newest)


def test_a_narrow_terminal_has_one_below_the_other() -> None:
    known = Watch(SMALLBMS)
    for raw in told(SMALLBMS, seconds=1).splitlines():
        known.take(raw)
    lines = [each.text for each in screen_lines(known, 60)]
    assert max(map(len, lines)) <= 60
    assert lines.index("inputs") < lines.index("requirements")
