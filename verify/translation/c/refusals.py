"""Refusals: what C can say, and a controller has no use for."""

from __future__ import annotations

from typing import Any

from pycparser import c_ast

from verify.translation.evaluated import NotUnderstood

# Nodes are pycparser's, which has no types.
Node = Any

_NOWHERE = {
    c_ast.For: "a loop",
    c_ast.While: "a loop",
    c_ast.DoWhile: "a loop",
    c_ast.Continue: "a loop",
    c_ast.Goto: "a goto",
    c_ast.Label: "a label",
    c_ast.Pragma: "a pragma",
    c_ast.Typedef: "a type within a function",
    c_ast.StaticAssert: "a static assertion",
}


def place_of(node: Node) -> str:
    """Where `node` is: ``smallbms.c:57``; empty if that is not known."""
    coordinates = getattr(node, "coord", None)
    if coordinates is None:
        # Some types have none of their own.
        inside = getattr(node, "type", None)
        return place_of(inside) if isinstance(inside, c_ast.Node) else ""
    return f"{coordinates.file}:{coordinates.line}"


def check_body(body: Node) -> None:
    """Look for what must not be anywhere in a function, not even where no call comes.

    Raises:
        NotUnderstood: There are ways that lead elsewhere than on.
    """
    pending = [body]
    while pending:
        node = pending.pop()
        if type(node) in _NOWHERE:
            raise NotUnderstood(_NOWHERE[type(node)], place_of(node))
        if isinstance(node, c_ast.Case | c_ast.Default):
            raise NotUnderstood("a case within another statement", place_of(node))
        inside = [child for _, child in node.children()]
        if isinstance(node, c_ast.Switch) and isinstance(node.stmt, c_ast.Compound):
            items = node.stmt.block_items or ()
            cases = [each for each in items if isinstance(each, c_ast.Case | c_ast.Default)]
            others = [each for each in items if each not in cases]
            inside = [node.cond, *others, *(each for case in cases for each in case.stmts)]
        pending += reversed(inside)


def check_variable(declared: Node) -> None:
    """Look at how a variable of a function is declared.

    Raises:
        NotUnderstood: It is none that comes and goes with the function.
    """
    place = place_of(declared)
    words = [*declared.storage, *declared.funcspec]
    if words:
        raise NotUnderstood(f"a variable that is {' '.join(words)}", place)
    if declared.bitsize is not None or declared.align:
        raise NotUnderstood("a layout of its own", place)
    check_qualifiers(declared.quals, place)


def check_qualifiers(qualifiers: list[str], place: str) -> None:
    """Let nothing but ``const`` pass, which a compiler looks after.

    Raises:
        NotUnderstood: It is another.
    """
    others = [each for each in qualifiers if each != "const"]
    if others:
        raise NotUnderstood(f"something that is {' '.join(others)}", place)
