"""`smallbms generate --board`: a wrong board is told of, and nothing is written for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.boards.description import shipped
from codegen.boards.scaling import scale
from smallbms.__main__ import main
from spec.conversion import Bound, Chain, Conversion
from spec.machine import Span

_PICO = shipped().read_text(encoding="utf-8")


def _generate(tmp_path: Path, board: str, target: str = "pico-c") -> Result:
    file = tmp_path / "board.toml"
    file.write_text(board, encoding="utf-8")
    arguments = ["generate", "-t", target, "--board", str(file), "-o", str(tmp_path / "code")]
    return CliRunner().invoke(main, arguments)


def _replaced(old: str, new: str) -> str:
    assert old in _PICO
    return _PICO.replace(old, new)


def test_a_board_of_the_users_own_is_named_in_the_manifest(tmp_path: Path) -> None:
    result = _generate(tmp_path, _replaced("period_ms ", "period_ms"))
    assert result.exit_code == 0, result.output
    assert '"board.toml"' in (tmp_path / "code" / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("board", ["x = 1", "this is no TOML"])
def test_every_mistake_of_a_board_is_told_with_its_key(tmp_path: Path, board: str) -> None:
    result = _generate(tmp_path, board)
    assert result.exit_code == 3
    assert "board.toml: " in result.output
    assert not (tmp_path / "code").exists()


def test_a_board_that_may_miss_a_joined_terminal_is_warned_of(tmp_path: Path) -> None:
    result = _generate(tmp_path, _replaced("common_error_counts  = 8", "common_error_counts  = 20"))
    assert result.exit_code == 0, result.output
    assert "warning: with remote_l and remote_h on one terminal" in result.output


def test_a_board_for_code_that_needs_none_is_wrong_use(tmp_path: Path) -> None:
    result = _generate(tmp_path, _PICO, target="c99")
    assert result.exit_code == 2
    assert "c99 need" in result.output


def test_a_conversion_that_reads_on_the_wrong_side_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fault of the generator, which the proof must not let pass: every reading is 1 V too high.
    def scaled(chain: Chain, span: Span, side: Bound) -> Conversion:
        right = scale(chain, span, side)
        return replace(right, offset=right.offset + (1000 << right.shift))

    monkeypatch.setattr("codegen.boards.parts.scale", scaled)
    result = _generate(tmp_path, _PICO)
    assert result.exit_code == 2
    assert "not so: no re" in result.output
    assert not (tmp_path / "code").exists()
