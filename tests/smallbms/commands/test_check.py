"""smallbms check, through the front door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smallbms.__main__ import main
from tests.smallbms import samples


def check(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def test_a_text_in_order() -> None:
    done = check(samples.LAMP)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout == (
        "lamp: Stair light: 1 region, 3 modes, 3 transitions, 1 output, 6 requirements; "
        "0 errors, 0 warnings; nothing is proved yet\n"
    )


def test_without_a_path_it_is_the_shipped_one() -> None:
    done = check()
    assert done.exit_code == 0
    assert done.stdout.startswith("smallbms: smallBMS with pre-alarm, BMS400100000: ")


def test_errors_are_shown_all_at_once_with_their_lines() -> None:
    done = check(samples.BROKEN)
    assert done.exit_code == 3
    assert "broken.machine:13:" in done.stdout
    assert "broken.machine:16:" in done.stdout
    assert "did you mean 'voltage'?" in done.stdout
    assert "^^^" in done.stdout
    assert "2 errors, 0 warnings" in done.stdout


def test_warnings_do_not_fail(tmp_path: Path) -> None:
    path = tmp_path / "lamp.machine"
    text = samples.LAMP.read_text(encoding="utf-8")
    path.write_text(text.replace("is_cold = ", "unused = true\n    is_cold = "), encoding="utf-8")
    done = check(path)
    assert done.exit_code == 0
    assert "0 errors, 1 warning" in done.stdout


def test_json_and_sarif(tmp_path: Path) -> None:
    made = tmp_path / "a.json", tmp_path / "a.sarif"
    done = check(samples.BROKEN, "--json", made[0], "--sarif", made[1])
    assert done.exit_code == 3
    assert json.loads(made[0].read_bytes())["exit_status"] == 3
    assert json.loads(made[1].read_bytes())["version"] == "2.1.0"


def test_standard_output_is_left_to_the_file_that_asks_for_it() -> None:
    done = check(samples.LAMP, "--json", "-")
    assert json.loads(done.stdout)["exit_status"] == 0
    assert "nothing is proved yet" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.machine"], "missing.machine: cannot be read: no such file or directory"),
        (["."], ": cannot be read: this is a directory"),
        ([samples.LAMP, "--json", "missing/a.json"], "there is no directory missing"),
        ([samples.LAMP, "--json", "-", "--sarif", "-"], "two outputs go to the same place"),
        ([samples.LAMP, "--json", "a", "--sarif", "./a"], "two outputs go to the same place"),
        ([samples.LAMP, "--json", samples.LAMP], "it is not overwritten"),
        ([samples.LAMP, "another"], "unexpected extra argument"),
        ([samples.LAMP, "--jsn", "a"], "--json"),
        ([samples.LAMP, "--json"], "requires an argument"),
    ],
)
def test_wrong_use(
    arguments: list[object], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = check(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\x01\x00\xff", b"", b"machine \x00", b"\xff"])
def test_what_is_no_specification_has_errors(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.machine"
    path.write_bytes(content)
    done = check(path, "--json", "-")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["diagnostics"]
    assert "1 error" in done.stderr
