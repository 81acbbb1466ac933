"""Programs: a file of C and what it includes, parsed, with its types, functions and enumerators.

Parsed by pycparser. Only what a function uses has to be understood: other parts of a file may be
of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pycparser import CParser, c_ast
from pycparser.c_parser import ParseError

from verify.translation.c.preprocessing import preprocess
from verify.translation.c.refusals import Node, check_qualifiers, place_of
from verify.translation.c.types import Integer, Pointer, Type, Void, integer
from verify.translation.evaluated import NotUnderstood


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function is given; without a name if it makes no use of it."""

    name: str
    type: Type
    place: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is defined in the program.

    Attributes:
        body: Its compound statement.
        visible: The functions that are declared where it is: others are called by guessing.
    """

    name: str
    result: Type
    parameters: tuple[Parameter, ...]
    body: Node
    visible: frozenset[str]
    place: str


class Program:
    """A file with its headers.

    Raises:
        NotUnderstood: It is not C, or not in a way that is understood.
    """

    def __init__(self, sources: Mapping[str, str], file: str) -> None:
        self.file = file
        try:
            self._tree = CParser().parse(preprocess(sources, file), file)
        except ParseError as error:
            place, told = _split(str(error))
            raise NotUnderstood(f"this cannot be read as C: {told}", place) from None
        self._typedefs = {
            each.name: each for each in self._tree.ext if isinstance(each, c_ast.Typedef)
        }

    def has(self, name: str) -> bool:
        """Whether there is a function `name`."""
        return name in self._definitions

    def function(self, name: str) -> Function:
        """The function `name`.

        Raises:
            NotUnderstood: It is defined twice, or of a kind that is not understood.
        """
        first, *others = self._definitions[name]
        place = place_of(first)
        if others:
            raise NotUnderstood(f"{name} is defined twice", place)
        declared = first.decl.type
        if first.param_decls or not isinstance(declared, c_ast.FuncDecl):
            raise NotUnderstood(f"{name} is written in an old way", place)
        return Function(
            name,
            self.type_of(declared.type),
            tuple(self._parameters(declared.args)),
            first.body,
            frozenset(self._declared(first)),
            place,
        )

    def type_of(self, node: Node) -> Type:
        """The type that `node` declares.

        Raises:
            NotUnderstood: It is none of ours.
        """
        place = place_of(node)
        match node:
            case c_ast.PtrDecl():
                check_qualifiers(node.quals, place)
                to = self._pointed_at(node.type)
                return Pointer(to)
            case c_ast.TypeDecl():
                check_qualifiers(node.quals, place)
                return self.type_of(node.type)
            case c_ast.IdentifierType(names=["void"]):
                return Void()
            case c_ast.IdentifierType(names=[name]) if name in self._typedefs:
                declared = self._typedefs[name]
                check_qualifiers(declared.quals, place)
                return self.type_of(declared.type)
            case c_ast.IdentifierType(names=names):
                found = integer(names)
                if found is None:
                    raise NotUnderstood(f"the type {' '.join(names)}", place)
                return found
        raise NotUnderstood(f"{_KINDS.get(type(node), 'a type of this kind')}", place)

    def structure(self, tag: str, place: str) -> dict[str, Node]:
        """The members of the structure `tag`, and how each is declared.

        Raises:
            NotUnderstood: It is not defined, or twice.
        """
        if tag not in self._structures:
            raise NotUnderstood(f"what is in {tag} is not said", place)
        members = self._structures[tag]
        if any(not isinstance(each, c_ast.Decl) or not each.name for each in members):
            raise NotUnderstood(f"{tag} has members without a name", place)
        return {each.name: each for each in members}

    def member_type(self, declared: Node) -> Integer:
        """The type of a structure's member.

        Raises:
            NotUnderstood: It is no integer.
        """
        place = place_of(declared)
        if declared.bitsize is not None or declared.align:
            raise NotUnderstood(f"{declared.name} has a layout of its own", place)
        found = self.type_of(declared.type)
        if not isinstance(found, Integer):
            raise NotUnderstood(f"{declared.name} is no number", place)
        return found

    @cached_property
    def enumerators(self) -> dict[str, tuple[Node, str | None]]:
        """For each enumerator the expression that gives its value, and which it comes after."""
        found: dict[str, tuple[Node, str | None]] = {}
        for enum in self._outside(c_ast.Enum):
            before = None
            for each in enum.values.enumerators if enum.values else ():
                if each.name in found:
                    raise NotUnderstood(f"{each.name} is defined twice", place_of(each))
                found[each.name] = (each.value, before)
                before = each.name
        return found

    @cached_property
    def _structures(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for each in self._outside(c_ast.Struct):
            if each.decls is not None:
                if _tag(each) in found:
                    raise NotUnderstood(f"{_tag(each)} is defined twice", place_of(each))
                found[_tag(each)] = each.decls
        return found

    @cached_property
    def _definitions(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for each in self._tree.ext:
            if isinstance(each, c_ast.FuncDef):
                found.setdefault(each.decl.name, []).append(each)
        return found

    def _declared(self, until: Node) -> Iterator[str]:
        """The functions that are declared, with their parameters, where `until` begins."""
        for each in self._tree.ext:
            declared = each.decl if isinstance(each, c_ast.FuncDef) else each
            function = getattr(declared, "type", None)
            if isinstance(function, c_ast.FuncDecl) and (function.args or each is not declared):
                yield declared.name
            if each is until:
                return

    def _outside(self, kind: Any) -> Iterator[Node]:
        """The nodes of a `kind` outside all functions."""
        pending = [each for each in self._tree.ext if not isinstance(each, c_ast.FuncDef)]
        while pending:
            node = pending.pop()
            if isinstance(node, kind):
                yield node
            pending += [child for _, child in node.children()]

    def _parameters(self, declared: Node) -> Iterator[Parameter]:
        for each in declared.params if declared is not None else ():
            place = place_of(each)
            if not isinstance(each, c_ast.Decl | c_ast.Typename):
                raise NotUnderstood("parameters that are not said", place)
            found = self.type_of(each.type)
            if not isinstance(found, Void):
                yield Parameter(each.name or "", found, place)

    def _pointed_at(self, node: Node) -> Integer | str:
        place = place_of(node)
        if isinstance(node, c_ast.TypeDecl):
            check_qualifiers(node.quals, place)
            match node.type:
                case c_ast.Struct():
                    return _tag(node.type)
                case c_ast.IdentifierType(names=[name]) if name in self._typedefs:
                    check_qualifiers(self._typedefs[name].quals, place)
                    return self._pointed_at(self._typedefs[name].type)
        found = self.type_of(node)
        if not isinstance(found, Integer):
            raise NotUnderstood("a pointer to something that is no number", place)
        return found


_KINDS = {
    c_ast.ArrayDecl: "an array",
    c_ast.FuncDecl: "a function as a value",
    c_ast.Struct: "a structure that is no parameter",
    c_ast.Union: "a union",
    c_ast.Enum: "a variable of an enumerated type, whose size is the compiler's choice",
}


def _tag(struct: Node) -> str:
    # Two without a tag are two structures.
    return f"struct {struct.name}" if struct.name else f"the structure at {place_of(struct)}"


def _split(message: str) -> tuple[str, str]:
    """Place and text of an error of pycparser, which does not always know the line."""
    found = re.fullmatch(r"(?s)([^:]*(?::\d+)?)(?::\d+)?: (.*)", message)
    return (found[1], found[2]) if found else ("", message)
