"""Names: each stands for one thing, wherever it is declared."""

from __future__ import annotations

from collections.abc import Iterator

from spec.language import syntax
from spec.language.errors import Code
from spec.language.scope import Scope
from spec.language.single_faults import no_fault
from spec.language.vocabulary import RESERVED, RESERVED_FOR_MEMBERS


def declare_names(scope: Scope, blocks: tuple[syntax.Block, ...]) -> None:
    """Give every name to the first that declares it, in the order of the text.

    Enumeration members and modes are no names of their own: they are only ever compared with what
    they belong to, so two enumerations may share them.
    """
    folded: dict[str, str] = {}
    for word in _declared(blocks):
        name = word.text
        if name in RESERVED:
            scope.error(
                Code.RESERVED,
                word.place,
                f"'{name}' is a word of the language",
                "choose another name",
            )
            scope.broken.add(name)
        elif name in scope.places:
            scope.error(
                Code.DUPLICATE,
                word.place,
                f"'{name}' is declared already, in line {scope.places[name].line}",
                "choose another name",
            )
        else:
            twin = folded.setdefault(name.casefold(), name)
            if twin != name:
                scope.too_alike(word, f"'{twin}', in line {scope.places[twin].line},")
            scope.places[name] = word.place
    for word in _alternatives(blocks):
        if word.text in RESERVED_FOR_MEMBERS:
            scope.error(
                Code.RESERVED,
                word.place,
                f"'{word.text}' is a word of the language",
                "choose another name",
            )


def _declared(blocks: tuple[syntax.Block, ...]) -> Iterator[syntax.Word]:
    yield from no_fault(blocks)
    for block in blocks:
        if block.head.keyword.text == "region" and block.head.name is not None:
            yield block.head.name
        for item in block.items:
            if isinstance(
                item,
                syntax.Input
                | syntax.Parameter
                | syntax.Definition
                | syntax.Fault
                | syntax.Output
                | syntax.Part,
            ):
                yield item.name


def _alternatives(blocks: tuple[syntax.Block, ...]) -> Iterator[syntax.Word]:
    for block in blocks:
        for item in block.items:
            match item:
                case syntax.Mode(name=name):
                    yield name
                case syntax.Input(type=syntax.EnumerationType(members=members)):
                    yield from members
                case syntax.Output(type=syntax.EnumerationType(members=members)):
                    yield from members
                case _:
                    pass
