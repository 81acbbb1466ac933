"""ELF files: what is in them, and that broken ones are refused in a sentence."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read, shipped
from tests.codegen.toolchain.compilers import ARM, CLANG, GCC, compile_object, link_bare
from tests.codegen.toolchain.driven import DRIVERS
from tests.verify.translation.machine_code.processors import (
    M0PLUS,
    M3,
    M4,
    RV32,
    Target,
    build,
    image_of,
)
from verify.translation.evaluated import NotUnderstood
from verify.translation.machine_code.attributes import Architecture
from verify.translation.machine_code.elf import UnreadableImage, read_image
from verify.translation.machine_code.image import Image

_ANSWER = "int answer(void)\n{\n    return 42;\n}\n"
_TARGETS = (M0PLUS, M3, M4, RV32)


@pytest.fixture(scope="module", params=_TARGETS, ids=lambda target: target.name)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The smallBMS, compiled for each processor."""
    files = generate(read(shipped())[0], "c99", Options(settable=True))
    target: Target = request.param
    return build(files, "smallbms.c", tmp_path_factory.mktemp("built"), target)


def _linked(source: str, folder: Path, entry: str) -> bytes:
    """`source`, linked to a program for the Cortex-M0+."""
    file = folder / "linked.c"
    file.write_text(source, encoding="utf-8")
    built = compile_object(ARM, file, folder)
    return link_bare([built], folder / "linked.elf", DRIVERS / "thumb.ld", entry).read_bytes()


def _code(image: Image, name: str) -> bytes:
    function = image.function(name)
    found = [image.rom(address) for address in range(function.address, function.end)]
    return bytes(each for each in found if each is not None)


# --- What is in them ---


@pytest.mark.parametrize(
    ("target", "architecture"),
    [
        (M0PLUS, Architecture.ARMV6M),
        (M3, Architecture.ARMV7M),
        (M4, Architecture.ARMV7M),
        (RV32, Architecture.RV32),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_the_instruction_set_is_told_by_the_build_attributes(
    target: Target, architecture: Architecture, tmp_path: Path
) -> None:
    assert image_of(_ANSWER, tmp_path, target).architecture is architecture


@pytest.mark.parametrize(
    "command",
    [
        ("arm-none-eabi-gcc", "-mcpu=cortex-m33", "-mthumb"),
        ("arm-none-eabi-gcc", "-mcpu=cortex-m23", "-mthumb"),
        ("arm-none-eabi-gcc", "-mcpu=cortex-a9", "-mthumb"),
        ("arm-none-eabi-gcc", "-mcpu=cortex-r4", "-mthumb"),
        ("clang", "--target=riscv32-unknown-elf", "-march=rv32imfc", "-mabi=ilp32"),
    ],
    ids=lambda command: command[-2],
)
def test_other_processors_are_not_mistaken_for_known_ones(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    image = image_of(_ANSWER, tmp_path, Target("other", command))
    with pytest.raises(NotUnderstood, match="code for"):
        _ = image.architecture


def test_a_function_has_its_bytes_and_no_bit_for_thumb(tmp_path: Path) -> None:
    image = image_of(_ANSWER, tmp_path)
    function = image.function("answer")
    assert function.address % 2 == 0
    # movs r0, #42 and bx lr
    assert _code(image, "answer") == bytes((0x2A, 0x20, 0x70, 0x47))


def test_functions_in_sections_of_their_own_lie_apart(tmp_path: Path) -> None:
    source = "int one(void) { return 1; }\nint two(void) { return 2; }\n"
    image = image_of(source, tmp_path, options=("-Os", "-g", "-ffunction-sections"))
    assert _code(image, "one") == bytes((0x01, 0x20, 0x70, 0x47))
    assert _code(image, "two") == bytes((0x02, 0x20, 0x70, 0x47))
    assert image.place(image.function("one").address) == "built.c:1"
    assert image.place(image.function("two").address) == "built.c:2"


def test_a_linked_program_is_read_where_it_was_linked_to(tmp_path: Path) -> None:
    image = read_image(
        _linked(_ANSWER.replace("(void)", "(void);int answer(void)"), tmp_path, "answer")
    )
    function = image.function("answer")
    assert any(
        each.address <= function.address < each.address + len(each.content)
        for each in image.loadable
    )
    assert image.rom(function.address) == 0x2A


def test_memory_that_can_be_written_is_not_constant(tmp_path: Path) -> None:
    source = "int variable = 0x11111111;\nconst int constant = 0x22222222;\nint nothing;\n"
    image = image_of(source, tmp_path, options=("-Os", "-fno-common"))
    for each in image.writable:
        assert [image.rom(address) for address in each] == [None] * len(each)
    read_only = {image.rom(address) for address in range(0x01000000, 0x01010000)}
    assert 0x22 in read_only
    assert 0x11 not in read_only


def test_what_a_linker_would_change_is_not_constant(tmp_path: Path) -> None:
    image = image_of("int other;\nint *const pointer = &other;\n", tmp_path)
    assert {image.rom(address) for address in range(0x01000000, 0x01010000)} == {None}


@pytest.mark.parametrize("version", ["-gdwarf-4", "-gdwarf-5"])
@pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target.name)
def test_instructions_are_told_by_their_lines(target: Target, version: str, tmp_path: Path) -> None:
    image = image_of(_ANSWER, tmp_path, target, ("-Os", version))
    address = image.function("answer").address
    assert image.place(address) in ("built.c:1", "built.c:3")
    assert image.where(address) == f"answer+0x0 ({image.place(address)})"


def test_without_debug_information_an_address_has_to_do(tmp_path: Path) -> None:
    image = image_of(_ANSWER, tmp_path, options=("-Os",))
    address = image.function("answer").address
    assert image.place(address) == ""
    assert image.where(address + 2) == "answer+0x2"
    assert image.where(0x10) == "0x10"


# --- What is refused ---


def test_a_function_that_is_not_there_is_missed(tmp_path: Path) -> None:
    image = image_of(_ANSWER, tmp_path)
    assert image.has("answer")
    assert not image.has("question")
    with pytest.raises(NotUnderstood, match="there is no function question"):
        image.function("question")


def test_a_function_that_is_declared_only_is_missed(tmp_path: Path) -> None:
    image = image_of("int other(void);\nint f(void) { return other() + 1; }\n", tmp_path)
    with pytest.raises(NotUnderstood, match="there is no function other"):
        image.function("other")


@pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target.name)
def test_code_that_a_linker_would_change_is_refused(target: Target, tmp_path: Path) -> None:
    source = "extern int other(void);\nint f(void) { return other() + 1; }\n"
    image = image_of(source, tmp_path, target)
    with pytest.raises(
        NotUnderstood, match="the linker would still change f: give the linked file"
    ):
        image.function("f")


def test_code_in_writable_memory_is_refused(tmp_path: Path) -> None:
    # What is behind the name ends up in the assembler's directive.
    section = '.ram, \\"awx\\", %progbits @'
    image = image_of(f'__attribute__((section("{section}"))) {_ANSWER}', tmp_path)
    with pytest.raises(NotUnderstood, match="answer does not lie in read-only code"):
        image.function("answer")


def test_a_function_without_a_size_is_refused(tmp_path: Path) -> None:
    lines = r".text\n.thumb_func\n.global f\n.type f, %function\nf: bx lr\n"
    image = image_of(f'__asm__("{lines}");\n', tmp_path)
    with pytest.raises(NotUnderstood, match="the size of f is not told"):
        image.function("f")


def test_functions_that_share_a_name_are_not_chosen_from(tmp_path: Path) -> None:
    lines = "".join(
        rf".thumb_func\n.type f{local}, %function\nf{local}: bx lr\n.size f{local}, 2\n"
        for local in (1, 2)
    )
    content = build({"built.c": f'__asm__(".text\\n{lines}");\n'}, "built.c", tmp_path)
    image = read_image(content.replace(b"\0f2\0", b"\0f1\0"))
    with pytest.raises(NotUnderstood, match="there are several functions f1"):
        image.function("f1")


def test_instructions_of_arm_are_refused(tmp_path: Path) -> None:
    lines = r".text\n.arm\n.global f\n.type f, %function\nf: bx lr\n.size f, 4\n"
    image = image_of(f'__asm__("{lines}");\n', tmp_path, Target("v7", ("arm-none-eabi-gcc",)))
    with pytest.raises(NotUnderstood, match="f is not made of Thumb instructions"):
        image.function("f")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"int main;", "it is no ELF file"),
        (b"\x7fELF\x01\x01", "it ends too early"),
    ],
)
def test_files_that_are_no_elf_files_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=reason):
        read_image(content)


def test_files_for_other_computers_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "answer.c"
    file.write_text(_ANSWER.replace("(void)", "(void);int answer(void)"), encoding="utf-8")
    with pytest.raises(UnreadableImage, match="it is not for a processor of 32 bits"):
        read_image(compile_object(GCC, file, tmp_path).read_bytes())
    other = compile_object(CLANG, file, tmp_path, options=("--target=i386-unknown-elf",))
    with pytest.raises(UnreadableImage, match="it is neither for Arm nor for RISC-V"):
        read_image(other.read_bytes())
    other = compile_object(ARM, file, tmp_path, options=("-mbig-endian",))
    with pytest.raises(UnreadableImage, match="it is not little-endian"):
        read_image(other.read_bytes())


def test_sections_that_overlap_are_refused(tmp_path: Path) -> None:
    content = bytearray(
        _linked(_ANSWER.replace("(void)", "(void);int answer(void)"), tmp_path, "answer")
    )
    (table,) = struct.unpack_from("<I", content, 32)
    size, count = struct.unpack_from("<2H", content, 46)
    headers = [struct.unpack_from("<10I", content, table + k * size) for k in range(count)]
    code = next(header for header in headers if header[2] & 4)
    # Another section, allocated and writable, where the code is.
    other = next(k for k, header in enumerate(headers) if header[1] == 1 and not header[2] & 2)
    struct.pack_into("<2I", content, table + other * size + 8, 3, code[3])
    with pytest.raises(UnreadableImage, match="its sections overlap"):
        read_image(bytes(content))


def test_truncated_files_are_refused_or_read_as_if_nothing_was_missing(built: bytes) -> None:
    chosen = random.Random(1)
    for size in (*range(0, 64, 7), *chosen.sample(range(64, len(built)), 60)):
        _read_all_that_can_be_read(built[:size])


def test_no_flipped_bit_makes_anything_else_than_a_reason(built: bytes) -> None:
    chosen = random.Random(2)
    for _ in range(250):
        content = bytearray(built)
        for _ in range(chosen.choice((1, 1, 2, 8, 40))):
            # Half of them in the headers, where most depends on them.
            where = chosen.randrange(52) if chosen.random() < 0.2 else chosen.randrange(len(built))
            if chosen.random() < 0.5:
                where = len(built) - 1 - chosen.randrange(min(len(built), 1600))
            content[where] ^= 1 << chosen.randrange(8)
        _read_all_that_can_be_read(bytes(content))


def _read_all_that_can_be_read(content: bytes) -> None:
    reasons = []
    try:
        image = read_image(content)
        _ = image.architecture
        function = image.function("smallbms_step")
    except (UnreadableImage, NotUnderstood) as error:
        reasons.append(str(error))
    else:
        assert len(_code(image, "smallbms_step")) == function.size
        image.place(function.address)
    assert all(reasons)
    assert "\n" not in "".join(reasons)
