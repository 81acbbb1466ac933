"""smallbms bank, through the front door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smallbms.__main__ import main
from spec.bank.description import read_text, shipped
from tests.smallbms.golden import assert_golden

EXAMPLE = shipped().read_text(encoding="utf-8")
OPTIONS = ("--battery", "12.8/330", "--parallel", 20, "--system", 12)


def bank(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["bank", *map(str, arguments)])


def test_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert_golden("bank_help.txt", bank("--help").stdout)


def test_without_a_file_it_is_the_example() -> None:
    done = bank()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == bank(shipped()).stdout


def test_the_example_can_be_had_and_given_back(tmp_path: Path) -> None:
    done = bank("--example")
    assert (done.exit_code, done.stdout) == (0, EXAMPLE)
    path = tmp_path / "mine.toml"
    path.write_text(done.stdout, encoding="utf-8")
    assert bank(path).exit_code == 0


def test_options_describe_the_bank_of_the_datasheet() -> None:
    done = bank(*OPTIONS)
    assert done.exit_code == 0
    assert "6600 Ah, 84.48 kWh; 12.8 V nominal" in done.stdout
    assert "102.4 kWh" in bank("--battery", "25.6/200", "--parallel", 20, "--system", 24).stdout


def test_options_and_a_file_say_the_same() -> None:
    done = bank(
        "--battery", "25.6/200", "--series", 2, "--parallel", 3, "--system", 48,
        "--load-disconnect", "contactor=0.45A", "--load-disconnect", "battery-protect",
        "--load-disconnect", "battery-protect", "--charge-disconnect", "ip43=1.5mA",
        "--pre-alarm", "alarm-lamp=30 mA", "--json", "-",
    )  # fmt: skip
    assert done.exit_code == 0
    made = json.loads(done.stdout)
    listed = [
        (each["output"], inside["receiver"], inside["count"], inside["each_ua"])
        for each in made["outputs"]
        for inside in each["receivers"]
    ]
    assert listed == [
        ("load_disconnect", "contactor", 1, 450_000),
        ("load_disconnect", "battery-protect", 2, 10_000),
        ("charge_disconnect", "ip43", 1, 1_500),
        ("pre_alarm", "alarm-lamp", 1, 30_000),
    ]
    assert made["bank"]["strings"][0] | {"source": None} == {
        "model": "25.6/200", "series": 2, "parallel": 3, "source": None,
    }  # fmt: skip


def test_warnings_do_not_forbid_a_bank() -> None:
    done = bank("--battery", "12.8/100", "--series", 4, "--system", 48)
    assert done.exit_code == 0
    assert "warning  balancing-time" in done.stdout
    assert done.stdout.endswith("ALLOWED: 0 errors, 4 warnings, 1 remark\n")


def test_a_bank_that_is_not_allowed() -> None:
    done = bank(*OPTIONS, "--load-disconnect", "multiplus")
    assert done.exit_code == 1
    assert "the smallBMS has no VE.Bus" in done.stdout
    assert "Fuse fitted" not in done.stdout
    assert done.stdout.endswith("NOT ALLOWED: 1 error, 2 warnings, 1 remark\n")


def test_standard_output_is_left_to_the_file_that_asks_for_it() -> None:
    done = bank("--json", "-")
    assert json.loads(done.stdout)["allowed"] is True
    assert done.stderr.endswith("ALLOWED: 0 errors, 0 warnings, 4 remarks\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.toml"], "missing.toml: cannot be read: no such file or directory"),
        (["."], ".: cannot be read: this is a directory"),
        (["a.toml", "b.toml"], "unexpected extra argument"),
        (["a.toml", *OPTIONS], "the bank is in FILE or in options, not in both"),
        (["a.toml", "--pre-alarm", "alarm-lamp=1mA"], "not in both"),
        (["--battery", "12.8/330"], "--system is missing"),
        (["--system", "12"], "--battery is missing"),
        (["--pre-alarm", "alarm-lamp=1mA"], "--battery is missing"),
        (["--battery", "12.8/33"], "no battery '12.8/33': did you mean '12.8/330'?"),
        (["--series", "0"], "0 is not in the range"),
        (["--system", "24V"], "'24V' is not a valid integer"),
        (["--pre-alarm", "alarm-lump"], "no receiver 'alarm-lump': did you mean 'alarm-lamp'?"),
        (["--pre-alarm", "alarm-lamp"], "no source gives the current of 'alarm-lamp'"),
        (["--pre-alarm", "alarm-lamp=30"], "'30' is no current: write one such as 600mA"),
        (["--pre-alarm", "alarm-lamp=0mA"], "'0mA' is no current"),
        (["--pre-alarm", "alarm-lamp=0.0001mA"], "'0.0001mA' is no current"),
        (["--pre-alarm", "alarm-lamp=1e9A"], "'1e9A' is no current"),
        (["--pre-alarm", "alarm-lamp=" + "9" * 5000 + "A"], "is no current"),
        (["--json", "missing/a.json"], "there is no directory missing"),
        (["--jsn", "a"], "--json"),
    ],
)
def test_wrong_use(
    arguments: list[object], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = bank(*arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_a_file_is_told_with_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = EXAMPLE.replace("25.6/200", "25.6/300").replace("current_ma = 480", "current = 480")
    Path("mine.toml").write_text(text, encoding="utf-8")
    done = bank("mine.toml", "--json", "a.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert_golden("bank_refused.txt", done.stderr)
    assert not Path("a.json").exists()


def test_the_description_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    done = bank(path, "--json", path)
    assert done.exit_code == 2
    assert "this is the description; it is not overwritten" in done.stderr
    assert path.read_text(encoding="utf-8") == EXAMPLE


def test_a_terminal_is_not_steered_by_a_path(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31m.toml"
    path.write_text("x", encoding="utf-8")
    done = bank(path)
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr
    path.write_text(EXAMPLE, encoding="utf-8")
    assert "\x1b" not in bank(path).stdout


def test_the_example_is_a_description() -> None:
    assert read_text(EXAMPLE, "").attached
