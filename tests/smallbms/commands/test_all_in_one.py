"""The all-in-one firmware through the front door: generated, built, proved down to its bytes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from codegen.boards.description import shipped as board
from smallbms.__main__ import main
from smallbms.status import Status
from spec.language.reader import shipped as machine

SYSTEM = str(machine().with_name("all_in_one.system"))
BOARD = str(board().with_name("all_in_one.toml"))


def order(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_all_code_for_its_board_is_proved() -> None:
    said = order("validate", SYSTEM, "--board", BOARD, "--level", "c", "--level", "python")
    assert "all_in_one_step" in said


def test_what_does_not_serve_a_front_end_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "program"
    asked = ["generate", SYSTEM, "-t", "pico-micropython", "--board", BOARD, "-o", str(folder)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == Status.USAGE
    assert "pico-micropython serves no front end" in done.stderr
    assert not folder.exists()


def test_it_is_generated_built_and_proved(tmp_path: Path) -> None:
    folder = str(tmp_path / "firmware")
    order("generate", SYSTEM, "-t", "pico-c", "--board", BOARD, "-o", folder)
    order("build", folder)
    said = order("validate", SYSTEM, "--board", BOARD, "--generated", folder)
    assert said.count("all_in_one_step") == 2
    assert "Machine code:" in said
    assert "all_in_one.uf2" in said
    # Code that was built is generated anew over itself, unchanged.
    assert "unchanged" in order("generate", SYSTEM, "-t", "pico-c", "--board", BOARD, "-o", folder)
