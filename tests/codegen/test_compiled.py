"""Generated code is clean to every compiler and analyser, small, and takes the same time always."""

from __future__ import annotations

import ast
import dis
import tomllib
from ctypes import (
    LittleEndianStructure,
    c_int8,
    c_int16,
    c_int32,
    c_uint8,
    c_uint16,
    c_uint32,
    sizeof,
)
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from types import CodeType

import pytest
from elftools.elf.elffile import ELFFile

from spec.language.reader import shipped
from tests.codegen.machines import FILES, KITCHEN, MACHINES, VARIANTS, Written, machine, write
from tests.codegen.toolchain.analysers import Finding, cppcheck, gcc_analyzer
from tests.codegen.toolchain.compilers import ARM, CLANG, GCC, Compiler, compile_object
from tests.codegen.toolchain.interface import Interface, Member
from tests.codegen.toolchain.micropython import compile_module
from tests.codegen.toolchain.programs import run

DEVIATIONS = tomllib.loads((Path(__file__).parent / "deviations.toml").read_text(encoding="utf-8"))
# Compilers warn of what they find out while they optimise.
COMPILED: tuple[tuple[Compiler, tuple[str, ...]], ...] = (
    (GCC, ("-O0", "-O2", "-O3")),
    (CLANG, ("-O0", "-O2")),
    (ARM, ("-Os", "-O2")),
)
MOST_STATE = 24
CTYPES = {
    "uint8_t": c_uint8,
    "int8_t": c_int8,
    "uint16_t": c_uint16,
    "int16_t": c_int16,
    "uint32_t": c_uint32,
    "int32_t": c_int32,
}


@VARIANTS
@MACHINES
def test_no_compiler_has_anything_to_say(path: Path, settable: bool, tmp_path: Path) -> None:
    written = write(machine(path), tmp_path, settable=settable)
    (source,) = written.code.in_language(".c")
    for compiler, optimisations in COMPILED:
        for optimisation in optimisations:
            compile_object(compiler, source, tmp_path, optimisation=optimisation)
    assert gcc_analyzer(source) == []


@VARIANTS
def test_a_header_needs_no_other_and_may_come_twice(settable: bool, tmp_path: Path) -> None:
    name = write(machine(shipped()), tmp_path, settable=settable).code.interface.name
    user = tmp_path / "user.c"
    user.write_text(f'#include "{name}.h"\n#include "{name}.h"\nint user;\n', encoding="utf-8")
    for compiler in (GCC, CLANG, ARM):
        compile_object(compiler, user, tmp_path, options=(f"-I{tmp_path}",))


# Analysers


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """What cppcheck finds in all machines with settings, and in some without.

    In turns, because two machines may share a name.
    """
    turns: dict[tuple[str, bool], list[Path]] = {}
    folder = tmp_path_factory.mktemp("checked")
    for path in FILES:
        for settable in (False, True):
            if settable or path in (shipped(), KITCHEN):
                turn = (path.parent.name, settable)
                place = folder / f"{turn[0]}_{settable}" / path.stem
                written = write(machine(path), place, settable=settable)
                turns.setdefault(turn, []).extend(written.code.in_language(".c"))
    return [finding for sources in turns.values() for finding in cppcheck(sources)]


def test_cppcheck_finds_what_is_listed_with_reasons(findings: list[Finding]) -> None:
    assert [each for each in findings if each.id not in DEVIATIONS] == []
    # What is found nowhere any more is to be taken off the list.
    assert {each.id for each in findings} == {*DEVIATIONS}
    assert all(each["reason"] for each in DEVIATIONS.values())


def test_in_the_smallbms_cppcheck_finds_nothing(findings: list[Finding]) -> None:
    own = [each for each in findings if each.file.startswith("smallbms")]
    assert {each.id for each in own} == {"unusedFunction"}


# Machine code


CONDITIONS = frozenset(
    ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"]
)
# Longest way through the step of the smallBMS on the Pico's processor.
MOST_INSTRUCTIONS = 100


def disassembled(written: Written, folder: Path, optimisation: str) -> dict[int, tuple[str, str]]:
    """The instructions of the step by address, each as mnemonic and operands."""
    (source,) = written.code.in_language(".c")
    object_ = compile_object(ARM, source, folder, optimisation=optimisation)
    name = f"{written.code.interface.name}_step"
    said = run(["arm-none-eabi-objdump", "-d", "-r", f"--disassemble={name}", object_]).stdout
    found = {}
    for line in said.decode().splitlines():
        # A relocation in the step would be a call, or data outside it.
        assert "R_ARM" not in line, line
        address, *fields = line.split("\t")
        if len(fields) > 1 and not fields[1].startswith("."):
            found[int(address.strip(" :"), 16)] = fields[1].strip(), " ".join(fields[2:])
    return found


def ways_on(code: dict[int, tuple[str, str]]) -> dict[int, list[int]]:
    """For each instruction that is reached, which may be the next; none where the step returns."""
    addresses = sorted(code)
    follows = dict(pairwise(addresses))
    ways: dict[int, list[int]] = {}
    pending = addresses[:1]
    while pending:
        address = pending.pop()
        if address in ways:
            continue
        mnemonic, operands = code[address]
        stem = mnemonic.partition(".")[0]
        where = f"{address:x}: {mnemonic} {operands}"
        ways[address] = []
        if (stem == "bx" and operands == "lr") or (stem == "pop" and "pc" in operands):
            continue
        if stem.startswith("b") and stem not in ("bic", "bics"):
            # No call, and no jump to where a register says.
            assert stem == "b" or stem[1:] in CONDITIONS, where
            ways[address].append(int(operands.split()[0], 16))
        else:
            # A literal may be read from behind the step; nothing is calculated from there.
            assert "pc" not in operands or stem == "ldr", where
        if stem != "b":
            ways[address].append(follows[address])
        pending += ways[address]
    return ways


def longest(ways: dict[int, list[int]]) -> int:
    """How many instructions the longest way takes.

    Raises:
        graphlib.CycleError: There is no longest one.
    """
    lengths: dict[int, int] = {}
    for address in TopologicalSorter(ways).static_order():
        lengths[address] = 1 + max((lengths[each] for each in ways[address]), default=0)
    return lengths[min(ways)]


@VARIANTS
@MACHINES
def test_a_step_has_no_loop_no_call_and_no_table(
    path: Path, settable: bool, tmp_path: Path
) -> None:
    written = write(machine(path), tmp_path, settable=settable)
    for optimisation in ("-Os", "-O2"):
        assert longest(ways_on(disassembled(written, tmp_path, optimisation))) > 3
        file = tmp_path / f"{written.code.interface.name}-arm{optimisation}.o"
        with file.open("rb") as stream:
            for section in ELFFile(stream).iter_sections():
                # No variable outlives a step.
                if section.name.startswith((".data", ".bss")):
                    assert section["sh_size"] == 0, section.name


@VARIANTS
def test_a_step_of_the_smallbms_is_short(settable: bool, tmp_path: Path) -> None:
    written = write(machine(shipped()), tmp_path, settable=settable)
    assert longest(ways_on(disassembled(written, tmp_path, "-Os"))) <= MOST_INSTRUCTIONS


def test_a_loop_would_be_found() -> None:
    code = {
        0: ("movs", "r0, #3"),
        2: ("subs", "r0, #1"),
        4: ("bne.n", "2 <f+0x2>"),
        6: ("bx", "lr"),
    }
    with pytest.raises(CycleError):
        longest(ways_on(code))


def size(members: tuple[Member, ...]) -> int:
    fields = [(each.name, CTYPES[each.ctype]) for each in members]
    return sizeof(type("Structure", (LittleEndianStructure,), {"_fields_": fields}))


def test_the_memory_of_the_smallbms_is_small(tmp_path: Path) -> None:
    interface: Interface = write(machine(shipped()), tmp_path, settable=True).code.interface
    assert size(interface.state) <= MOST_STATE
    assert size(interface.outputs) <= 5


# Bytecode

# All that a step of MicroPython is made of: no loop, no call, nothing that makes an object.
ALLOWED = (
    ast.FunctionDef,
    ast.arguments,
    ast.arg,
    ast.Expr,
    ast.Assign,
    ast.If,
    ast.Pass,
    ast.Name,
    ast.Attribute,
    ast.Constant,
    ast.BoolOp,
    ast.Compare,
    ast.BinOp,
    ast.UnaryOp,
    ast.IfExp,
    ast.boolop,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.expr_context,
)


@VARIANTS
@MACHINES
def test_a_step_of_micropython_has_nothing_to_repeat_and_nothing_to_make(
    path: Path, settable: bool, tmp_path: Path
) -> None:
    written = write(machine(path), tmp_path, settable=settable)
    (module,) = written.code.in_language(".py")
    assert compile_module(module, tmp_path).stat().st_size > 0
    text = module.read_text(encoding="utf-8")
    functions = [each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]
    (step,) = (each for each in functions if each.name == "step")
    for node in ast.walk(step):
        assert isinstance(node, ALLOWED), ast.dump(node)
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            assert type(node.value) in (int, bool)
    (code,) = (
        each
        for each in compile(text, str(module), "exec").co_consts
        if isinstance(each, CodeType) and each.co_name == "step"
    )
    assert not [each for each in dis.get_instructions(code) if "BACKWARD" in each.opname]
