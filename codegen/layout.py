"""Layout: expressions as pieces that fit on a line, or are broken where a reader expects it.

A chain breaks before each of its operators. What is in brackets is broken only if it does not fit
on a line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

_INDENT = "    "


class Binding(IntEnum):
    """How closely an operator binds, loosest first; the same order in C and in Python."""

    CHOICE = 0
    EITHER = 1
    BOTH = 2
    NEGATION = 3
    COMPARISON = 4
    SUM = 5
    PRODUCT = 6
    ATOM = 7


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Chain:
    """`first`, and what follows it, each behind its operator."""

    binding: Binding
    first: Piece
    rest: tuple[tuple[str, Piece], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`inside`, in brackets."""

    inside: Piece


@dataclass(frozen=True, slots=True)
class Prefixed:
    """`inside` right behind a `sign`: a negation or a conversion."""

    sign: str
    inside: Atom | Group


Piece = Atom | Chain | Group | Prefixed


def chain(binding: Binding, operator: str, *parts: Piece) -> Chain:
    """`parts`, with the same operator between all of them."""
    return Chain(binding, parts[0], tuple((operator, part) for part in parts[1:]))


def binding(piece: Piece) -> Binding:
    """How closely the parts of `piece` are bound."""
    match piece:
        case Chain(binding=own):
            return own
        case Prefixed():
            return Binding.NEGATION
        case Atom() | Group():
            return Binding.ATOM


def closer(piece: Piece, than: Binding) -> Piece:
    """`piece`, in brackets unless it is bound closer than `than`."""
    return piece if binding(piece) > than else Group(piece)


def flat(piece: Piece) -> str:
    """`piece` on one line."""
    match piece:
        case Atom(text=text):
            return text
        case Group(inside=inside):
            return f"({flat(inside)})"
        case Prefixed(sign=sign, inside=inside):
            return sign + flat(inside)
        case Chain(first=first, rest=rest):
            return flat(first) + "".join(f" {sign} {flat(part)}" for sign, part in rest)


def broken(piece: Piece, width: int, *, hanging: bool, lead: int = 0, tail: int = 0) -> list[str]:
    """`piece` on as few lines as it takes, none wider than `width` if that is possible.

    With `hanging`, brackets stay with what they enclose, as in C; else on lines of their own.
    `lead` and `tail` are how wide that is what the caller puts in front and behind.
    """
    text = flat(piece)
    if lead + len(text) + tail <= width:
        return [text]
    match piece:
        case Atom():
            return [text]
        case Group(inside=inside) if hanging:
            within, opened = width - len(_INDENT), lead + len("(") - len(_INDENT)
            closed = tail + len(")")
            lines = broken(inside, within, hanging=True, lead=opened, tail=closed)
            lines = [f"({lines[0]}", *(_INDENT + line for line in lines[1:])]
            return [*lines[:-1], f"{lines[-1]})"]
        case Group(inside=inside):
            lines = broken(inside, width - len(_INDENT), hanging=False)
            return ["(", *(_INDENT + line for line in lines), ")"]
        case Prefixed(sign=sign, inside=inside):
            lines = broken(inside, width, hanging=hanging, lead=lead + len(sign), tail=tail)
            return [sign + lines[0], *lines[1:]]
        case Chain(first=first, rest=rest):
            lines = broken(first, width, hanging=hanging, lead=lead)
            for sign, part in rest:
                behind = tail if part is rest[-1][1] else 0
                inner = broken(part, width, hanging=hanging, lead=len(sign) + 1, tail=behind)
                lines += [f"{sign} {inner[0]}", *inner[1:]]
            return lines
