"""The syntax tree: the text as it was written, names unresolved and units unread.

Nothing here is checked; `spec.language.checker` turns it into a `Machine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spec.place import Place


@dataclass(frozen=True, slots=True)
class Word:
    """A name or keyword where it stands; in a system, names of parts have dots in them."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with or without a unit, e.g. ``-30.5 s``."""

    digits: str
    unit: str
    place: Place


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``."""

    value: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """``function(argument)``."""

    function: Word
    argument: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Operator:
    """``not``, ``and``, ``or``, ``implies``, ``iff``, ``since``, ``+``, ``-`` or a comparison."""

    symbol: str
    operands: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Multiple:
    """A whole number times an expression."""

    factor: Amount
    operand: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Membership:
    """``operand is name``, ``operand is not name`` or ``operand in {names}``."""

    operand: Tree
    members: tuple[Word, ...]
    negated: bool
    place: Place


@dataclass(frozen=True, slots=True)
class When:
    """``then when condition else otherwise``."""

    then: Tree
    condition: Tree
    otherwise: Tree
    place: Place


Tree = Amount | Truth | Word | Call | Operator | Multiple | Membership | When


def words(tree: Tree) -> Iterator[Word]:
    """The names in `tree` that something may be declared as, in the order of the text.

    Without recursion: trees are as deep as their author nested them.
    """
    pending = [tree]
    while pending:
        node = pending.pop()
        match node:
            case Word():
                yield node
            case Call(argument=inner) | Membership(operand=inner) | Multiple(operand=inner):
                pending.append(inner)
            case Operator(operands=operands):
                pending += reversed(operands)
            case When(then=then, condition=condition, otherwise=otherwise):
                pending += (otherwise, condition, then)
            case Amount() | Truth():
                pass


@dataclass(frozen=True, slots=True)
class Source:
    """``S "passage" read as I2``; empty what is not written."""

    grade: Word
    passage: str
    read_as: str


@dataclass(frozen=True, slots=True)
class BooleanType:
    """``bool``."""


@dataclass(frozen=True, slots=True)
class EnumerationType:
    """``{floating, high}``."""

    members: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class RangeType:
    """``0 V .. 70 V by 1 mV``."""

    lowest: Amount
    highest: Amount
    resolution: Amount | None


Type = BooleanType | EnumerationType | RangeType


@dataclass(frozen=True, slots=True)
class Setting:
    """A line of the time block: ``step``, ``clock``, ``output`` or ``timers``, and its amounts."""

    keyword: Word
    amounts: tuple[Amount, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A line of the inputs block."""

    name: Word
    type: Type
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """A line of the outputs block."""

    name: Word
    type: Type
    expression: Tree
    text: str
    serves: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A line of the parameters block."""

    name: Word
    default: Amount
    resolution: Amount | None
    lowest: Amount | None
    highest: Amount | None
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A line of a define block."""

    name: Word
    expression: Tree
    text: str
    serves: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A line of an assume block."""

    expression: Tree
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of a faults block."""

    name: Word
    expression: Tree
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Mode:
    """``mode name initial, safe "text"``."""

    name: Word
    traits: tuple[Word, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Transition:
    """``origins -> target when guard``; no origins for ``any``, no guard where none is written."""

    origins: tuple[Word, ...]
    target: Word
    guard: Tree | None
    otherwise: bool
    serves: tuple[Word, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Property:
    """``always``, ``never``, ``reachable`` or ``from any state``, and an expression."""

    keyword: str
    expression: Tree
    place: Place


@dataclass(frozen=True, slots=True)
class Independent:
    """``independent output of inputs``: two runs that differ in `inputs` only have one `output`."""

    output: Word
    inputs: tuple[Word, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Every:
    """``every subject``, the subject in words."""

    subject: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the parts block of a system.

    Attributes:
        counts: How many there are; the fewest and the most where two are written, none for one.
        file: Where its text is, beside that of the system.
        settings: Parameters of the part and the values that the system gives them.
    """

    name: Word
    counts: tuple[Amount, ...]
    file: Word
    settings: tuple[tuple[Word, Amount], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Connection:
    """``part.input = expression``."""

    target: Word
    expression: Tree
    text: str
    serves: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """``part.input, part.other_input``: inputs of the parts that are inputs of the system."""

    inputs: tuple[Word, ...]
    text: str


Item = (
    Setting
    | Input
    | Parameter
    | Definition
    | Assumption
    | Fault
    | Mode
    | Transition
    | Output
    | tuple[Source, ...]
    | Property
    | Independent
    | Every
    | Part
    | Connection
    | Exposure
)


@dataclass(frozen=True, slots=True)
class Head:
    """The line that opens a block; only texts, regions and requirements have a name."""

    keyword: Word
    name: Word | None
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A head and the items under it.

    Attributes:
        complete: Whether every item could be read; else `items` holds those that could.
    """

    head: Head
    items: tuple[Item, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Text:
    """The blocks of a text, and every word of what could not be read."""

    blocks: tuple[Block, ...]
    lost: frozenset[str]
