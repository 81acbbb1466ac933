"""The front door as a process: statuses, broken outputs, and what is loaded for what."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from smallbms.__main__ import COMMANDS, main
from tests.smallbms import samples

CHECKOUT = Path(__file__).parents[2]
FULL = Path("/dev/full")
# Everything that a check has no use for.
HEAVY = ("z3", "rich", "transitions", "vcd", "jinja2", "cvc5", "bitwuzla", "verify.prover")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **more}


def smallbms(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "smallbms", *map(str, arguments)],
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )


def python(program: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )


def loaded_for(*arguments: str) -> set[str]:
    """The modules in memory at the end of a command."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
        "from smallbms.__main__ import main\n"
        f"main({list(arguments)!r})\n"
    )
    done = python(program)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_help_and_version() -> None:
    done = smallbms("--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)
    assert smallbms("--version").stdout.startswith("smallbms 0.")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_front_door_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert COMMANDS[name] in words
    assert "Exit status: 0 " in words


def test_no_command_is_wrong_use() -> None:
    done = smallbms()
    assert (done.returncode, done.stdout) == (2, "")


def test_an_unknown_command_gets_a_suggestion() -> None:
    done = smallbms("chek")
    assert done.returncode == 2
    assert "there is no command 'chek': did you mean 'check'?" in done.stderr


def test_statuses_reach_the_shell() -> None:
    assert smallbms("check", samples.LAMP).returncode == 0
    assert smallbms("check", "missing.machine").returncode == 2
    assert smallbms("check", samples.BROKEN).returncode == 3
    assert smallbms("verify", samples.LAMP, "-r", "L2").returncode == 1


def test_a_check_loads_nothing_heavy() -> None:
    loaded = loaded_for("check")
    assert "lark" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_help_loads_no_command() -> None:
    loaded = loaded_for("--help")
    assert loaded.isdisjoint({*HEAVY, "lark", "spec", "verify"})


def test_a_verification_without_a_terminal_loads_no_colours() -> None:
    loaded = loaded_for("verify", str(samples.LAMP), "-r", "L1")
    assert "z3" in loaded
    assert "rich" not in loaded


def test_a_generation_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    loaded = loaded_for("generate", "-t", "c99", "-o", str(tmp_path))
    assert {"z3", "jinja2", "codegen.c99.target"} <= loaded
    needless = {"rich", "vcd", "codegen.micropython.target", "verify.vectors"}
    assert loaded.isdisjoint({*needless, "smallbms.presenters.trace_table"})


@pytest.mark.parametrize("command", [["check"], ["verify", "-r", "L1"], ["--help"]])
def test_a_closed_pipe_is_one_line(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [*command, str(samples.LAMP)] if command[0] in COMMANDS else command
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "smallbms", *arguments],
            env=environment(),
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == "smallbms: the output was closed before all of it was written\n"
    assert done.returncode == 2


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a full disk at hand")
@pytest.mark.parametrize("command", [["check"], ["verify", "-r", "L1"], ["--help"]])
def test_a_full_disk_is_one_line(command: list[str]) -> None:
    arguments = [*command, str(samples.LAMP)] if command[0] in COMMANDS else command
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "smallbms", *arguments],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == "smallbms: output: no space left on device\n"
    assert done.returncode == 2


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a full disk at hand")
def test_a_full_disk_for_a_file_leaves_nothing(tmp_path: Path) -> None:
    done = smallbms("check", samples.LAMP, "--sarif", tmp_path / "a", "--json", FULL)
    assert done.returncode == 2
    assert done.stderr == "smallbms: /dev/full: no space left on device\n"
    assert list(tmp_path.iterdir()) == []


def test_no_output_at_all_is_no_failure() -> None:
    command = f'"{sys.executable}" -m smallbms check "{samples.LAMP}" >&-'
    done = subprocess.run(
        ["sh", "-c", command], env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_signs_that_the_output_cannot_show_do_not_end_a_command(tmp_path: Path) -> None:
    path = tmp_path / "lamp.machine"
    text = samples.LAMP.read_text(encoding="utf-8").replace("Stair light", "Ω µ °C")
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "smallbms", "check", str(path)],
        env=environment(PYTHONIOENCODING="latin-1"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"lamp: ? \xb5 \xb0C: " in done.stdout


FAILING = """
from spec.language import reader
from smallbms import reading
def read(path):
    raise KeyError("no\\nsuch thing")
reading.read = read
from smallbms.__main__ import main
main(["check"])
"""


def test_a_fault_of_ours_is_one_line_and_asks_for_a_report() -> None:
    done = python(FAILING)
    assert done.returncode == 70
    assert done.stderr.startswith("smallbms: internal error: KeyError: ")
    assert done.stderr.endswith("please report it with what SMALLBMS_TRACEBACK=1 shows\n")
    assert done.stderr.count("\n") == 1


def test_the_traceback_is_there_for_those_who_ask() -> None:
    done = python(FAILING, SMALLBMS_TRACEBACK="1")
    assert done.returncode == 70
    assert "Traceback (most recent call last)" in done.stderr


def test_a_missing_package_is_named() -> None:
    program = (
        "import sys\nsys.modules['z3'] = None\n"
        "from smallbms.__main__ import main\nmain(['verify'])\n"
    )
    done = python(program)
    assert done.returncode == 2
    assert done.stderr.startswith("smallbms: the package 'z3' is not installed")


SLOW = """
import sys, time
from verify import prover
def verify(*_, **__):
    print("working", file=sys.stderr, flush=True)
    time.sleep(60)
prover.verify = verify
from smallbms.__main__ import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    "command",
    [
        ["verify", "--json", "report.json", "--traces", "traces"],
        ["generate", "-t", "c99", "-t", "micropython", "-o", "out"],
    ],
)
def test_an_interruption_is_one_line_and_leaves_nothing(tmp_path: Path, command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, *command],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "working\n"
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert told == "smallbms: interrupted\n"
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_completion_is_offered() -> None:
    done = smallbms(_SMALLBMS_COMPLETE="bash_source")
    assert done.returncode == 0
    assert "_SMALLBMS_COMPLETE" in done.stdout
