"""smallbms build, through the front door."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.options import Options
from codegen.pico_c import toolchain
from smallbms.__main__ import main
from smallbms.generated_folder import rendered
from spec.language.reader import read, shipped
from tests.codegen.toolchain.programs import run

MADE = ("smallbms.bin", "smallbms.elf", "smallbms.uf2")


def build(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["build", *map(str, arguments)])


def files(folder: Path) -> set[str]:
    return set(os.listdir(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A firmware that was generated, with everything that is generated beside it."""
    made = tmp_path / "a folder"
    made.mkdir()
    machine = read(shipped())[0]
    for name, content in rendered(machine, "pico-c", Options(monitors=True)).items():
        (made / name).write_bytes(content)
    return made


def test_three_files_are_written_and_their_sizes_said(folder: Path) -> None:
    before = files(folder)
    done = build(folder)
    assert done.exit_code == 0, done.output
    assert files(folder) - before == set(MADE)
    for name in MADE:
        size = (folder / name).stat().st_size
        assert f"written  {folder / name}  {size:,} bytes\n" in done.stdout
    size = (folder / "smallbms.bin").stat().st_size
    last = done.stdout.splitlines()[-1]
    assert last.startswith(f"{size:,} bytes of flash, ")
    assert last.endswith(" bytes of RAM, stack included")
    assert done.stderr == ""


def test_it_is_the_same_that_make_builds(folder: Path) -> None:
    assert build(folder).exit_code == 0
    built = {name: (folder / name).read_bytes() for name in MADE}
    for name in MADE:
        (folder / name).unlink()
    run(["make"], folder=folder, environment={"MAKEFLAGS": ""})
    assert {name: (folder / name).read_bytes() for name in MADE} == built


def test_it_can_be_built_again_and_from_within(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(folder).exit_code == 0
    before = {name: (folder / name).read_bytes() for name in MADE}
    monkeypatch.chdir(folder)
    assert build(".").exit_code == 0
    assert {name: (folder / name).read_bytes() for name in MADE} == before


def test_a_missing_compiler_is_said_with_its_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    done = build(folder)
    assert done.exit_code == 2
    assert "smallbms: arm-none-eabi-gcc is not installed" in done.stderr
    assert "apt install gcc-arm-none-eabi" in done.stderr
    assert not files(folder) & set(MADE)


def test_a_changed_source_is_built_and_warned_of(folder: Path) -> None:
    with (folder / "main.c").open("a", encoding="utf-8") as source:
        source.write("/* mine */\n")
    done = build(folder)
    assert done.exit_code == 0
    assert done.stderr == (
        f"warning: {folder / 'main.c'}: changed since it was generated: "
        "nothing is proved of this firmware\n"
    )


@pytest.mark.parametrize(
    ("file", "addition", "told"),
    [
        ("main.c", "int x", "main.c:"),
        ("smallbms.c", "static int unused;\n", "unused"),
        ("boot2.S", "    .word nowhere\n", "undefined reference to `nowhere'"),
        ("boot2.S", "    .space 252\n", "cannot move location counter backwards"),
        (
            "board.c",
            "static uint32_t driven = 1U;\n",
            "nothing copies initialised memory to where it belongs",
        ),
    ],
)
def test_what_does_not_compile_or_link_is_shown_and_nothing_is_written(
    folder: Path, file: str, addition: str, told: str
) -> None:
    assert build(folder).exit_code == 0
    before = {name: (folder / name).read_bytes() for name in MADE}
    with (folder / file).open("a", encoding="utf-8") as source:
        source.write(addition)
    done = build(folder)
    assert done.exit_code == 1
    assert told in done.stderr
    assert done.stderr.endswith(f"smallbms: {folder} is not built, nothing is written\n")
    assert done.stdout == ""
    assert {name: (folder / name).read_bytes() for name in MADE} == before


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = build(tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "there is no such directory" in done.stderr
    assert "smallbms generate -t pico-c -o" in done.stderr


def test_a_folder_that_was_not_generated_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    done = build(tmp_path)
    assert done.exit_code == 2
    assert "holds no generated firmware" in done.stderr


def test_code_that_is_no_firmware_is_refused(tmp_path: Path) -> None:
    machine = read(shipped())[0]
    for name, content in rendered(machine, "c99", Options()).items():
        (tmp_path / name).write_bytes(content)
    done = build(tmp_path)
    assert done.exit_code == 2
    assert f"{tmp_path} holds the code for c99, which is no firmware" in done.stderr


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "board.h").unlink()
    (folder / "link.ld").unlink()
    done = build(folder)
    assert done.exit_code == 2
    assert "is not complete, there is no board.h, link.ld" in done.stderr


def test_a_damaged_manifest_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    done = build(folder)
    assert done.exit_code == 2
    assert "was not written by smallbms generate" in done.stderr


def test_all_or_nothing(folder: Path) -> None:
    (folder / "smallbms.uf2").mkdir()
    done = build(folder)
    assert done.exit_code == 2
    assert files(folder) & set(MADE) == {"smallbms.uf2"}
    assert not [name for name in files(folder) if name.endswith(".tmp")]


def test_the_machine_is_found_beside_its_monitor() -> None:
    own = toolchain.HEADERS
    assert toolchain.firmware_name([*own, "lamp_monitor.h", "lamp.c", "lamp.h"]) == "lamp"
    assert toolchain.firmware_name(["a_monitor_monitor.h", "a_monitor.h", *own]) == "a_monitor"
    assert toolchain.firmware_name(["main.c", *own]) is None
