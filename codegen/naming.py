"""Naming: the one place that gives identifiers, for every target.

Names are those of `spec.identifiers` where they can be; where one is taken, or means something to
a target, it gets a number or an underscore at its end, the same in every target. Constants have
the machine's name in front where a target has no modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codegen.program import Program
from spec.expression import Enumeration, ValueType
from spec.identifiers import memory_stem, subject_words, unit_suffix
from spec.system import Role, StateVariable

# What names may not be in C or in Python, and what the generated code calls its own.
_KEYWORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int
long register restrict return short signed sizeof static struct switch typedef union unsigned void
volatile while bool true false
False None True and as assert async await class def del elif except finally from global import in
is lambda nonlocal not or pass raise try with yield match type self print boolean
state inputs in out parameters monitor verdicts step init
"""
RESERVED = frozenset(_KEYWORDS.split())
# What the headers of C declare or define: types, limits, and macros that make literals.
_OF_HEADERS = re.compile(
    r"\w+_t|U?INT\w*_(MAX|MIN|C)|(SIZE|PTRDIFF|WCHAR|WINT|SIG_ATOMIC)_(MAX|MIN)|NULL"
)
# What MicroPython loads or runs by these names, and not what is generated.
_OF_MICROPYTHON = """
_thread array asyncio binascii bluetooth boot btree builtins cmath collections cryptolib deflate
errno framebuf gc gzip hashlib heapq io json machine main math micropython mip neopixel network
ntptime openamp os platform random re requests rp2 select socket ssl struct sys tarfile time
uctypes vfs zlib
"""


class Namespace:
    """Identifiers of one scope, each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    @property
    def given(self) -> frozenset[str]:
        """Every name in use."""
        return frozenset(self._taken)

    def give(self, wanted: str) -> str:
        """`wanted`, or the nearest to it that is free.

        Names that begin with an underscore are C's, or private to a class of Python. Names of
        parts of systems have dots in them, which no target allows.
        """
        stem = wanted.replace(".", "_").lstrip("_")
        if not stem[:1].isalpha():
            stem = f"x{stem}"
        name = f"{stem}_" if stem in RESERVED or _OF_HEADERS.fullmatch(stem) else stem
        number = 2
        while name in self._taken:
            name = f"{stem}_{number}"
            number += 1
        self._taken.add(name)
        return name


@dataclass(frozen=True, slots=True)
class Names:
    """The identifiers of one program, by the names of the system.

    Attributes:
        machine: Of files, types and functions; constants have it in capitals in front.
        inputs: Members.
        memory: Members.
        outputs: Members.
        settings: Members.
        constants: Parameters with one value.
        locals: What a step works out.
        most: Where each timer stops.
        members: For each region, input and output with an enumeration, its values in order.
        verdicts: Members of what a monitor finds, by the id of the requirement.
    """

    machine: str
    inputs: dict[str, str]
    memory: dict[str, str]
    outputs: dict[str, str]
    settings: dict[str, str]
    constants: dict[str, str]
    locals: dict[str, str]
    most: dict[str, str]
    members: dict[str, tuple[str, ...]]
    verdicts: dict[str, str]


def names_of(program: Program, *, prefix: str, own: str) -> Names:
    """The identifiers of `program`.

    `prefix` is in front of what a machine and its monitor share, `own` in front of what they do
    not: where their timers stop. Both may be empty.
    """
    machine = program.machine
    # The macro that guards the header is one of the file's names too.
    file = Namespace([f"{prefix}h".upper()])
    typed: list[tuple[str, ValueType]] = [
        (region.name, Enumeration(tuple(mode.name for mode in region.modes)))
        for region in machine.regions
    ]
    typed += [(each.name, each.type) for each in machine.inputs]
    typed += [(each.name, each.type) for each in machine.outputs]
    members = {
        name: tuple(file.give(f"{prefix}{name}_{value}".upper()) for value in type_.members)
        for name, type_ in typed
        if isinstance(type_, Enumeration)
    }
    constants = {
        each.name: file.give((prefix + each.name + unit_suffix(each.type)).upper())
        for each in program.constants
    }
    subjects = subject_words(program.memory)
    most = {
        each.name: file.give(f"{own}{_most_stem(each, subjects)}".upper())
        for each in program.memory
        if each.role is Role.TIMER
    }
    # No name may be one of the file's, in this target or in another: a preprocessor would put its
    # value in, a function would hide it.
    bare = {each.removeprefix(prefix.upper()) for each in file.given}
    taken = file.given | bare | {f"{machine.name}_{each}".upper() for each in bare}
    inputs, memory, outputs, settings, scope = (Namespace(taken) for _ in range(5))
    verdicts = Namespace()
    stems = {each.name: memory.give(memory_stem(each, subjects)) for each in program.memory}
    return Names(
        machine=Namespace(_OF_MICROPYTHON.split()).give(machine.name),
        inputs={
            each.name: inputs.give(each.name + unit_suffix(each.type)) for each in program.inputs
        },
        memory=stems,
        outputs={
            each.name: outputs.give(each.name + unit_suffix(each.type)) for each in machine.outputs
        },
        settings={
            each.name: settings.give(each.name + unit_suffix(each.type))
            for each in program.settings
        },
        constants=constants,
        locals={
            each.variable.name: scope.give(each.stem + unit_suffix(each.type))
            if each.stem
            else scope.give(stems[each.variable.name.removesuffix(".now")])
            for each in program.locals
        },
        most=most,
        members=members,
        verdicts={
            id_: verdicts.give(id_.lower())
            for id_ in dict.fromkeys(each.requirement.id for each in program.claims)
        },
    )


def _most_stem(cell: StateVariable, subjects: Mapping[str, str]) -> str:
    return f"{subjects[cell.subject]}_time_most{unit_suffix(cell.type)}"
