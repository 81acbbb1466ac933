"""The generated C step of the smallBMS against two written by hand: ratios at most 1 are wanted.

Run by ``python -m benchmarks.step``; other sources, each with its ``smallbms.h`` beside it, can be
named as arguments. For a Cortex-M0+ at -Os. The worst case is a measured maximum over every
combination of the values of `_TRIED`, which lie on each side of every comparison. In brackets
stands what it cannot exceed, by the longest way through the code: where both agree, it is exact.
"""

from __future__ import annotations

import itertools
import re
import struct
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.counting import Cost, Emulator, disassembled, longest, text_of
from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read, shipped
from tests.codegen.toolchain.compilers import ARM, compile_object
from tests.codegen.toolchain.interface import Interface, Member

_FOLDER = Path(__file__).resolve().parent / "handwritten"
# The fair yardstick first; then what an engineer makes of it who is short of memory.
HANDWRITTEN = (_FOLDER / "smallbms_handwritten.c", _FOLDER / "smallbms_tight.c")
_STEP = "smallbms_step"

_FLAG = (0, 1)
_TRIED = {
    "remote_l_mv": (3499, 3500),
    "remote_h_mv": (2900, 12_000, 70_000),
    "supply_mv": (12_000,),
    "loop_closed": _FLAG,
    "valid": _FLAG,
    "pre_alarm": _FLAG,
    "low_cell": _FLAG,
    "high_cell": _FLAG,
    "too_cold": _FLAG,
    "too_hot": _FLAG,
    "dt_ms": (1,),
    "load": (0, 1, 2, 3, 255),
    "charge": (0, 1, 2, 255),
    "load_time_ms": (0, 30_500, 65_535),
    "warning_ms": (0, 30_500),
    "remote_closed_before": _FLAG,
    "remote_was_closed": _FLAG,
    "remote_closed_time_ms": (0, 99, 255),
    "remote_ms": (0, 99, 255),
}
_CODES = {"uint8_t": "B", "uint16_t": "H", "uint32_t": "I"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step costs; `bound` is what `worst` cannot exceed."""

    text_bytes: int
    stack_bytes: int
    state_bytes: int
    worst: Cost
    bound: Cost


def generated(folder: Path) -> Path:
    """The C source that the shipped machine becomes, in `folder`, its header beside it."""
    machine, _ = read(shipped())
    for name, text in generate(machine, "c99", Options()).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "smallbms.c"


def interface_of(source: Path) -> Interface:
    """The structs in the ``smallbms.h`` beside `source`."""
    header = source.with_name("smallbms.h").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    found = dict(re.findall(r"struct smallbms_(\w+) \{(.*?)\};", code, re.DOTALL))

    def members(name: str) -> tuple[Member, ...]:
        return tuple(Member(each, kind) for kind, each in re.findall(r"(\w+) (\w+);", found[name]))

    return Interface("smallbms", members("inputs"), members("state"), members("outputs"))


def measure(source: Path, folder: Path) -> Measured:
    """Compile the step of `source` into `folder`, and run it.

    Raises:
        ValueError: The step does not stand alone, or needs another stack than the compiler says.
    """
    compiled = compile_object(ARM, source, folder, options=("-fstack-usage",))
    code = disassembled(compiled, _STEP)
    text = text_of(compiled, _STEP)
    interface = interface_of(source)
    states = list(_every(interface.state))
    emulator = Emulator(code, text)
    emulator.run(states, _every(interface.inputs))
    usage = compiled.with_suffix(".su").read_text(encoding="utf-8")
    if f"{_STEP}\t{emulator.stack_bytes}\tstatic" not in usage:
        raise ValueError(f"{source}: {emulator.stack_bytes} bytes of stack, but {usage}")
    sizes = len(text), emulator.stack_bytes, len(states[0])
    return Measured(*sizes, emulator.most, longest(code))


def _every(members: tuple[Member, ...]) -> Iterator[bytes]:
    """A struct of `members` in memory, for every combination of what is tried."""
    codes = [_CODES[each.ctype] for each in members]
    # A struct ends where the next one may begin: as its widest member is aligned.
    layout = struct.Struct(f"@{''.join(codes)}0{max(codes, key=struct.calcsize)}")
    for values in itertools.product(*(_TRIED[each.name] for each in members)):
        yield layout.pack(*values)


def _table(name: str, measured: Measured, yardsticks: list[Measured]) -> str:
    def line(what: str, each: list[float], bound: str = "") -> str:
        value, *others = each
        ratios = "".join(f"   ratio {value / other:5.2f}" for other in others)
        return f"    {what:<26}{value:5.0f}{bound:<7}{ratios}"

    every = [measured, *yardsticks]
    return "\n".join(
        [
            name,
            line("text, bytes", [each.text_bytes for each in every]),
            line(
                "worst case, instructions",
                [each.worst.instructions for each in every],
                f" (<={measured.bound.instructions})",
            ),
            line(
                "worst case, cycles",
                [each.worst.cycles for each in every],
                f" (<={measured.bound.cycles})",
            ),
            line("stack, bytes", [each.stack_bytes for each in every]),
            line("state, bytes", [each.state_bytes for each in every]),
        ]
    )


def main() -> None:
    """Print every measure, and the ratios to what is written by hand."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        by_hand = [measure(each, folder) for each in HANDWRITTEN]
        for source, measured in zip(HANDWRITTEN, by_hand, strict=True):
            print(_table(source.name, measured, []))
        sources = [Path(each) for each in sys.argv[1:]] or [generated(folder)]
        print(f"Ratios to {' and to '.join(each.name for each in HANDWRITTEN)}:")
        for source in sources:
            print(_table(f"generated {source.name}", measure(source, folder), by_hand))


if __name__ == "__main__":
    main()
