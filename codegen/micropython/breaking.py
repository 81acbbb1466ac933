"""Breaking: statements over several lines, as ``ruff format`` breaks them.

Ruff puts brackets around what does not fit on a line, unless there are brackets in it that can be
broken instead: at its beginning or end, behind or before the only operator that binds loosest.
"""

from __future__ import annotations

from codegen.layout import Atom, Chain, Group, Piece, Prefixed, broken, flat

_INDENT = "    "


def opened(opening: str, piece: Piece, closing: str, width: int) -> str:
    """``opening piece closing`` in lines of at most `width`, if that is possible."""
    whole = f"{opening} {flat(piece)}{closing}"
    if len(whole) <= width:
        return whole
    segments = _segments(piece)
    match piece:
        case Prefixed(inside=Group()):
            return _hugged(f"{opening} ", segments, closing, width)
        case Atom() | Prefixed() if len(_INDENT + flat(piece)) > width:
            return whole
    if _may_hug(piece) and _fits(f"{opening} ", segments, closing, width):
        return _hugged(f"{opening} ", segments, closing, width)
    lines = broken(piece, width - len(_INDENT), hanging=False)
    return "\n".join([f"{opening} (", *(_INDENT + each for each in lines), f"){closing}"])


def _may_hug(piece: Piece) -> bool:
    """Whether brackets in `piece` may be broken in the place of brackets around it."""
    if not isinstance(piece, Chain) or len(piece.rest) > 1:
        return False
    first, last = piece.first, piece.rest[-1][1]
    while isinstance(first, Chain):
        first = first.first
    while isinstance(last, Chain | Prefixed):
        last = last.rest[-1][1] if isinstance(last, Chain) else last.inside
    return isinstance(first, Group) or isinstance(last, Group)


def _segments(piece: Piece) -> list[str | Group]:
    """`piece` as text and brackets, from left to right."""
    match piece:
        case Atom(text=text):
            return [text]
        case Group():
            return [piece]
        case Prefixed(sign=sign, inside=inside):
            return [sign, *_segments(inside)]
        case Chain(first=first, rest=rest):
            segments = _segments(first)
            for sign, part in rest:
                segments += [f" {sign} ", *_segments(part)]
            return segments


def _fits(line: str, segments: list[str | Group], closing: str, width: int) -> bool:
    """Whether `segments` fit behind `line` once all brackets in them are broken."""
    for each in segments:
        if isinstance(each, str):
            line += each
            continue
        if len(f"{line}(") > width:
            return False
        if any(len(_INDENT + inner) > width for inner in broken(each.inside, 0, hanging=False)):
            return False
        line = ")"
    return len(line + closing) <= width


def _hugged(line: str, segments: list[str | Group], closing: str, width: int) -> str:
    """`segments` behind `line`, with as few brackets broken as possible, and rather the last."""
    lines = []
    for k, each in enumerate(segments):
        if isinstance(each, str):
            line += each
        elif _fits(line + flat(each), segments[k + 1 :], closing, width):
            line += flat(each)
        else:
            inside = broken(each.inside, width - len(_INDENT), hanging=False)
            lines += [f"{line}(", *(_INDENT + inner for inner in inside)]
            line = ")"
    return "\n".join([*lines, line + closing])
