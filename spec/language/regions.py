"""Regions: modes, and the ordered transitions between them."""

from __future__ import annotations

from spec.expression import BOOLEAN, Enumeration, Expression, Kind, Literal
from spec.language import syntax
from spec.language.errors import Code
from spec.language.permissions import Where
from spec.language.resolver import Resolver
from spec.language.scope import Scope
from spec.machine import Mode, Region, Span, Transition
from spec.place import NOWHERE

_MEANT_BY = {"initial": "it starts in", "safe": "where illegal state memory leads"}
_ALWAYS = Literal(1, BOOLEAN, NOWHERE)


def declare_region(scope: Scope, block: syntax.Block) -> None:
    """Declare the region; its guards are resolved later: they may speak of every region."""
    modes = _modes(block)
    names = scope.distinct(mode.name for mode in modes)
    name = block.head.name
    if name is None:
        return
    if not modes and block.complete:
        scope.error(
            Code.MISSING_BLOCK,
            name.place,
            f"region '{name.text}' has no mode",
            "write, under it: mode off  initial, safe",
        )
    if modes:
        _mark(scope, block, "initial", Code.INITIAL_MODE)
        _mark(scope, block, "safe", Code.SAFE_MODE)
    else:
        scope.broken.add(name.text)
    scope.declare(name, Kind.MODE, Enumeration(names), Span(0, len(names) - 1))


def _modes(block: syntax.Block) -> list[syntax.Mode]:
    return [item for item in block.items if isinstance(item, syntax.Mode)]


def _edges(block: syntax.Block) -> list[syntax.Transition]:
    return [item for item in block.items if isinstance(item, syntax.Transition)]


def _mark(scope: Scope, block: syntax.Block, trait: str, code: Code) -> None:
    name = block.head.name
    assert name is not None
    marked = [word for mode in _modes(block) for word in mode.traits if word.text == trait]
    if not marked and block.complete:
        scope.error(
            code,
            name.place,
            f"region '{name.text}' has no {trait} mode",
            f"write '{trait}' behind the mode {_MEANT_BY[trait]}",
        )
    for extra in marked[1:]:
        scope.error(
            code,
            extra.place,
            f"region '{name.text}' has one {trait} mode, in line {marked[0].place.line}",
            "take one out",
        )


def read_region(scope: Scope, block: syntax.Block) -> Region | None:
    """The region with its transitions."""
    name = block.head.name
    modes = _modes(block)
    # Where a region lost its name, its guards may have errors of their own.
    shown = name.text if name else "?"
    transitions = [_transition(scope, edge, modes, shown) for edge in _edges(block)]
    if name is None:
        return None
    _warn_of_the_unused(scope, block)
    _warn_of_the_covered(scope, block)
    return Region(
        name.text,
        tuple(
            Mode(
                mode.name.text,
                any(word.text == "initial" for word in mode.traits),
                any(word.text == "safe" for word in mode.traits),
                mode.text,
                mode.name.place,
            )
            for mode in modes
        ),
        tuple(edge for edge in transitions if edge is not None),
        block.head.text,
        name.place,
    )


def _transition(
    scope: Scope, edge: syntax.Transition, modes: list[syntax.Mode], region: str
) -> Transition | None:
    names = [mode.name.text for mode in modes]
    for word in (*edge.origins, edge.target):
        # Without any mode, that is the fault, not each transition.
        if names and word.text not in names:
            message = f"region '{region}' has no mode '{word.text}'"
            scope.unknown(word, message, names, code=Code.NO_SUCH_MODE)
    origins = scope.distinct(edge.origins)
    serves = scope.distinct(edge.serves)
    guard: Expression | None = _ALWAYS
    if edge.guard is not None:
        guard = Resolver(scope, Where.GUARD, region).boolean(edge.guard)
    if guard is None:
        return None
    from_any = not edge.origins
    if from_any:
        origins = tuple(name for name in names if name != edge.target.text)
    return Transition(
        origins, edge.target.text, guard, from_any, edge.otherwise, serves, edge.place
    )


def _warn_of_the_unused(scope: Scope, block: syntax.Block) -> None:
    """Say which modes no transition leads to; a safe one has a use without."""
    reached = {edge.target.text for edge in _edges(block)}
    reached |= {mode.name.text for mode in _modes(block) if mode.traits}
    for mode in _modes(block):
        name = mode.name.text
        if not (name in reached or name in scope.used or scope.is_silent(name)):
            scope.warn(
                Code.UNUSED,
                mode.name.place,
                f"no transition leads to mode '{name}'",
                "add one, or take the mode out",
            )


def _warn_of_the_covered(scope: Scope, block: syntax.Block) -> None:
    """Say which transitions come behind one that always fires before them."""
    always: dict[str, int] = {}
    names = [mode.name.text for mode in _modes(block)]
    for edge in _edges(block):
        origins = [word.text for word in edge.origins] or names
        covered = [name for name in origins if name in always]
        if covered and (edge.origins or len(covered) == len(names)):
            which = "" if len(covered) == len(origins) else f" from '{covered[0]}'"
            scope.warn(
                Code.NEVER_FIRES,
                edge.place,
                f"this can never fire{which}: the transition in line {always[covered[0]]} "
                "always comes first",
                "write it further up, or give the other one a guard",
            )
        if edge.guard is None:
            for name in origins:
                always.setdefault(name, edge.place.line)
