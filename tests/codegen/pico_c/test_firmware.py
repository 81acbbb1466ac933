"""Firmwares compile without a warning, are small, and nobody else's code is in them."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from codegen.boards.description import BoardError, read_board
from codegen.boards.wiring import PARTS
from codegen.generation import generate
from codegen.options import Options
from codegen.pico_c import toolchain
from spec.language.reader import read
from tests.codegen.boards.samples import BOARDS, board_of, machine_of
from tests.codegen.pico_c.firmware import SHIPPED, VARIANTS, Firmware, built, generated
from tests.codegen.toolchain.analysers import cppcheck
from tests.codegen.toolchain.programs import run

FLASH, RAM = 0x1000_0000, 0x2000_0000
MOST_FLASH, MOST_RAM = 6 * 1024, 1024
MORE_FOR_FRONT_END = 512
# What an interrupt pushes, and the words at the end of the stack that must stay as they are.
INTERRUPTED, GUARD = 32, 16
# A function of libgcc tells nobody what it pushes: two registers where it pushes any.
LIBGCC = 8
# Rules that registers, booting, or a debugger make impossible to keep, or that are a matter of
# taste; where no rule is kept, a comment of the code or of this table says why.
DEVIATIONS = {
    "misra-c2012-8.7",  # a debugger looks for firmware_window by its name
    "misra-c2012-8.9",  # tables stand above the functions that use them
    "misra-c2012-8.11",  # link.ld knows where memories end
    "misra-c2012-11.4",  # registers are addresses
    "misra-c2012-11.5",  # memcpy and memset are given addresses of anything
    "misra-c2012-15.5",  # a check that fails has nothing left to do
    "misra-c2012-21.2",  # GCC calls memcpy and memset, and there is no C library
    # The vectors, which cppcheck takes for something else.
    "misra-c2012-5.8",
    "misra-c2012-9.2",
    # GCC calls them.
    "unusedFunction",
}


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: f"{variant[0]}-{variant[1]}")
def firmware(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Firmware:
    board, settable = request.param
    return built(board, tmp_path_factory.mktemp("firmware"), settable=settable)


@pytest.fixture(scope="module")
def smallbms(tmp_path_factory: pytest.TempPathFactory) -> Firmware:
    return built(SHIPPED, tmp_path_factory.mktemp("smallbms"))


def test_a_firmware_is_small(firmware: Firmware) -> None:
    sections = firmware.sections
    assert sections.keys() == {".boot2", ".text", ".stack", ".bss"}
    assert sections[".boot2"] + sections[".text"] == len(firmware.image)
    more = MORE_FOR_FRONT_END if (firmware.folder / "front_end.c").exists() else 0
    assert len(firmware.image) <= MOST_FLASH + more
    assert sections[".stack"] + sections[".bss"] <= MOST_RAM + more


def test_the_stack_is_the_first_of_the_memory_and_large_enough(firmware: Firmware) -> None:
    symbols = firmware.symbols
    assert symbols["stack_bottom"] == RAM
    size = symbols["stack_top"] - symbols["stack_bottom"]
    assert size == firmware.sections[".stack"]
    deepest = worst_stack(firmware)
    # A quarter more, for what another compiler may do.
    assert (deepest + INTERRUPTED + GUARD) * 5 // 4 <= size


def worst_stack(firmware: Firmware) -> int:
    """How deep the calls from reset on may go, as the compiler tells; nothing calls itself."""
    frames: dict[str, int] = {}
    calls: dict[str, set[str]] = {}
    for source in firmware.sources:
        graph = source.with_suffix(".ci")
        flags = [*toolchain.COMPILE, "-fcallgraph-info=su", "-c", source.name, "-o", "graph.o"]
        run([toolchain.COMPILER, *flags, "-dumpbase", source.stem], folder=firmware.folder)
        (graph,) = firmware.folder.glob("*.ci")
        text = graph.read_text(encoding="utf-8")
        graph.unlink()
        for title, size in re.findall(
            r'node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes', text
        ):
            assert title not in frames
            frames[title] = int(size)
        for caller, callee in re.findall(
            r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', text
        ):
            calls.setdefault(caller, set()).add(callee)

    def deepest(name: str, above: tuple[str, ...]) -> int:
        assert name not in above
        if name.startswith("__"):
            return LIBGCC
        below = [deepest(each, (*above, name)) for each in sorted(calls.get(name, ()))]
        return frames[name] + max(below, default=0)

    assert "__indirect_call" not in {each for called in calls.values() for each in called}
    return deepest("reset_handler", ()) + deepest("chip_alarm_handler", ())


def test_nothing_of_a_library_is_in_it_but_divisions(firmware: Firmware) -> None:
    objects = sorted((firmware.folder / "build").glob("*.o"))
    told = run(["arm-none-eabi-nm", "-f", "posix", *objects]).stdout.decode().splitlines()
    defined: set[str] = set()
    missing: set[str] = set()
    for line in told:
        name, kind, *_ = [*line.split(), ""]
        (missing if kind == "U" else defined).add(name)
    assert missing - defined - linker_symbols(firmware) <= {"__aeabi_uidiv", "__aeabi_uidivmod"}


def linker_symbols(firmware: Firmware) -> set[str]:
    return set(re.findall(r"^\s+(\w+) = \.;$", firmware.text("link.ld"), re.MULTILINE))


def test_the_chip_finds_what_it_starts_with(firmware: Firmware) -> None:
    symbols, image = firmware.symbols, firmware.image
    assert symbols["vectors"] == FLASH + 256
    stack, *handlers = struct.unpack_from("<42I", image, 256)
    assert stack == symbols["stack_top"]
    exceptions, interrupts = handlers[:15], handlers[15:]
    fault = symbols["fault_handler"] | 1
    assert exceptions == [symbols["reset_handler"] | 1, *14 * [fault]]
    assert interrupts == [symbols["chip_alarm_handler"] | 1, *25 * [fault]]


def test_the_debug_window_has_a_name(firmware: Firmware) -> None:
    assert RAM < firmware.symbols["firmware_window"] < RAM + MOST_RAM


def test_what_is_built_does_not_depend_on_where(smallbms: Firmware, tmp_path: Path) -> None:
    again = built(SHIPPED, tmp_path / "elsewhere")
    assert again.elf == smallbms.elf
    assert again.uf2 == smallbms.uf2
    assert str(tmp_path).encode() not in again.elf


def test_cppcheck_finds_nothing_but_what_is_accepted(firmware: Firmware) -> None:
    found = cppcheck(firmware.sources)
    own = [each for each in found if each.file != f"{firmware.name}.c"]
    assert [each for each in own if each.id not in DEVIATIONS] == []


@pytest.mark.parametrize("board", BOARDS)
def test_the_step_is_that_of_the_target_c99(board: str, tmp_path: Path) -> None:
    firmware = generated(board, tmp_path)
    step = generate(machine_of(board), "c99", Options())
    assert {name: firmware.text(name) for name in step} == step


def test_every_register_is_named_once_and_used(smallbms: Firmware) -> None:
    text = smallbms.text("rp2040.h")
    names = re.findall(r"^#define (\w+)", text, re.MULTILINE)
    assert [name for name, count in Counter(names).items() if count > 1] == []
    others = "".join(each.read_text(encoding="utf-8") for each in smallbms.sources) + "".join(
        re.findall(r"^#define \w+(?:\(\w+\))? (.*)$", text, re.MULTILINE)
    )
    used = set(re.findall(r"\w+", others))
    assert [name for name in names if name not in used and name != "RP2040_H"] == []


def test_addresses_stand_in_the_register_map_only(smallbms: Firmware) -> None:
    for source in smallbms.sources:
        text = source.read_text(encoding="utf-8")
        assert re.findall(r"0x[45de]00[0-9a-f]{5}U", text) == []


def test_nothing_of_the_shipped_machine_is_wired_in(tmp_path: Path) -> None:
    firmware = generated("lamp", tmp_path)
    shipped = machine_of(SHIPPED)
    names = [each.name for each in shipped.inputs] + [each.name for each in shipped.outputs]
    # One that is a word of its own says nothing.
    suspicious = ["smallbms", *(name for name in names if "_" in name)]
    for path in tmp_path.iterdir():
        text = re.sub(r'"smallbms generate[^"]*"', "", firmware.text(path.name)).lower()
        assert [name for name in suspicious if re.search(rf"\b{name}\b", text)] == []


def test_the_shipped_board_is_taken_where_none_is_given() -> None:
    machine = machine_of(SHIPPED)
    given = generate(machine, "pico-c", Options(board=board_of(SHIPPED)))
    assert generate(machine, "pico-c", Options()) == given
    with pytest.raises(BoardError, match="is for 'smallbms'"):
        generate(machine_of("lamp"), "pico-c", Options())


def test_no_machine_is_called_like_a_part_of_the_firmware(tmp_path: Path) -> None:
    machine = machine_of("lamp")
    files = generate(machine, "pico-c", Options(board=board_of("lamp")))
    own = {name.partition(".")[0] for name in files} - {"lamp", "Makefile"}
    assert own <= PARTS
    for name in own:
        text = BOARDS["lamp"][0].read_text(encoding="utf-8")
        path = tmp_path / f"{name}.toml"
        path.write_text(text.replace('machine = "lamp"', f'machine = "{name}"'), encoding="utf-8")
        with pytest.raises(BoardError, match="give the machine another name"):
            read_board(path, replace(machine, name=name))


def renamed(folder: Path, names: dict[str, str]) -> Iterator[tuple[str, Path]]:
    for suffix in ("machine", "toml"):
        text = BOARDS["lamp"][suffix == "machine"].read_text(encoding="utf-8")
        for old, new in names.items():
            text = re.sub(rf"\b{old}\b", new, text)
        path = folder / f"lamp.{suffix}"
        path.write_text(text, encoding="utf-8")
        yield suffix, path


@pytest.mark.parametrize(
    "names",
    [
        {"battery": "measured", "wanted": "driven", "light": "pins"},
        {"battery": "plausible", "wanted": "levels", "light": "wanted"},
        {"battery": "pin", "wanted": "function", "light": "pad"},
        {"battery": "conversion", "wanted": "interrupt", "light": "volatile"},
        {"lamp": "state", "battery": "fault", "healthy": "late", "wanted": "boot"},
    ],
    ids=lambda names: " ".join(names.values()),
)
def test_names_of_a_machine_never_clash_with_those_of_the_firmware(
    names: dict[str, str], tmp_path: Path
) -> None:
    paths = dict(renamed(tmp_path, names))
    machine = read(paths["machine"])[0]
    board = read_board(paths["toml"], machine)
    for name, text in generate(machine, "pico-c", Options(board=board)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run(["make"], folder=tmp_path, environment={"MAKEFLAGS": ""})


def test_the_line_says_what_is_in_the_structures(smallbms: Firmware) -> None:
    """Each member once, in order; the time that the step was told of in front."""
    header, status = smallbms.text("smallbms.h"), smallbms.text("status.c")
    expected = []
    for part, name in (("in", "inputs"), ("state", "state"), ("out", "outputs")):
        body = header.partition(f"struct smallbms_{name} {{")[2].partition("};")[0]
        expected += [
            f"{part}.{each}" for each in re.findall(r"^    \w+ (\w+);$", body, re.MULTILINE)
        ]
    expected.remove("in.dt_ms")
    body = status.partition("static void put_step")[2].partition("\n}\n")[0]
    found = re.findall(r"now->((?:in|state|out)\.\w+)", body)
    assert found == ["in.dt_ms", *expected]


def test_a_line_fits_whatever_is_in_it(smallbms: Firmware) -> None:
    status = smallbms.text("status.c")
    longest, room = (
        int(re.findall(rf"^#define {name} (\d+)U$", status, re.MULTILINE)[0])
        for name in ("LONGEST", "ROOM")
    )
    late, time = "# late 4294967295\n", 2**32 - 1
    inputs = "70000,70000,70000,1,1,1,1,1,1,1"
    # Memory that was changed from outside is shown as it is.
    memory, outputs = "255,255,65535,255,255", "255,255,255,255,255"
    line = f"@{time} 500 i {inputs} s {memory} o {outputs} f 6 b 2*00\n"
    assert len(late + line) <= longest
    assert room >= 2 * len(line)
    assert room & (room - 1) == 0
