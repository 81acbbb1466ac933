"""Checker: from syntax to `Machine`, every error of the text in one run.

Declarations are read in the order in which later ones need earlier ones, whatever their order in
the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from spec.expression import Kind
from spec.language import syntax
from spec.language.clock import read_time, warn_of_saturation
from spec.language.definitions import resolve_definitions
from spec.language.errors import Code, Diagnostic, Severity
from spec.language.names import declare_names
from spec.language.regions import declare_region, read_region
from spec.language.requirements import check_served, read_assumption, read_requirements
from spec.language.scope import Scope
from spec.language.signals import declare_output, read_input, read_parameter, resolve_output
from spec.language.single_faults import definitions_of_faults, read_faults
from spec.machine import Machine
from spec.place import Place

_Item = TypeVar("_Item")


def check(tree: syntax.Text, path: str, text: str) -> tuple[Machine | None, list[Diagnostic]]:
    """The machine that `tree` declares, or None, and everything there is to say about it.

    `text` is what `tree` was parsed from; the machine keeps it to show its lines.
    """
    scope = Scope(tree.lost)
    header = header_of(scope, tree, "machine")
    # First: whose name it is decides which of two declarations counts.
    declare_names(scope, tree.blocks)
    # Before everything with a number: times are as fine as the clock ticks.
    scope.time = read_time(scope, blocks_of(tree, "time"))
    inputs = [read_input(scope, item) for item in items_of(tree, syntax.Input)]
    written_outputs = items_of(tree, syntax.Output)
    outputs_found = [declare_output(scope, item) for item in written_outputs]
    # Behind signals: a parameter is as fine as the signals it is compared with.
    parameters = [read_parameter(scope, item) for item in items_of(tree, syntax.Parameter)]
    for block in blocks_of(tree, "region"):
        declare_region(scope, block)
    # Behind all that they speak of, and before all that speaks of them.
    definitions = resolve_definitions(
        scope, [*items_of(tree, syntax.Definition), *definitions_of_faults(tree.blocks)]
    )
    faults = read_faults(scope, items_of(tree, syntax.Fault))
    assumptions = [read_assumption(scope, item) for item in items_of(tree, syntax.Assumption)]
    read_regions = [read_region(scope, block) for block in blocks_of(tree, "region")]
    regions = tuple(filter(None, read_regions))
    outputs = tuple(
        filter(
            None,
            map(resolve_output, [scope] * len(written_outputs), written_outputs, outputs_found),
        )
    )
    requirements = read_requirements(scope, blocks_of(tree, "requirement"))
    check_served(scope, tree.blocks)
    warn_of_saturation(scope, [edge.guard for region in regions for edge in region.transitions])
    warn_of_saturation(scope, [output.expression for output in outputs])
    # Last: by now everything that is used has been seen.
    warn_of_the_unused(scope)
    diagnostics = list(scope.diagnostics)
    # One that lost its name has an error of syntax.
    if is_broken(diagnostics) or header is None or header.name is None:
        return None, diagnostics
    machine = Machine(
        header.name.text,
        header.text,
        scope.time,
        tuple(filter(None, inputs)),
        tuple(filter(None, parameters)),
        definitions,
        tuple(filter(None, assumptions)),
        regions,
        outputs,
        requirements,
        path,
        text,
        faults=faults,
    )
    return machine, diagnostics


def blocks_of(tree: syntax.Text, keyword: str) -> list[syntax.Block]:
    """The blocks that `keyword` opens."""
    return [block for block in tree.blocks if block.head.keyword.text == keyword]


def items_of(tree: syntax.Text, kind: type[_Item]) -> list[_Item]:
    """The items of one `kind`, in the order of the text."""
    return [item for block in tree.blocks for item in block.items if isinstance(item, kind)]


def is_broken(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether there is an error among `diagnostics`."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def header_of(scope: Scope, tree: syntax.Text, keyword: str) -> syntax.Head | None:
    """What the text declares, a `keyword`: its name and title."""
    heads = [block.head for block in blocks_of(tree, keyword)]
    for extra in heads[1:]:
        scope.error(
            Code.DUPLICATE,
            extra.keyword.place,
            f"a {keyword} is declared already, in line {heads[0].keyword.place.line}",
            f"write one {keyword} a file",
        )
    if not heads and keyword not in tree.lost:
        scope.error(
            Code.MISSING_BLOCK,
            Place(1, 1),
            f"this text declares no {keyword}",
            f'begin with: {keyword} name "title"',
        )
    return heads[0] if heads else None


def warn_of_the_unused(scope: Scope) -> None:
    """Say what is declared and never spoken of."""
    for name, place in scope.places.items():
        kind = scope.kinds.get(name, (Kind.DEFINITION,))[0]
        if kind in (Kind.OUTPUT, Kind.MODE) or name in scope.used or scope.is_silent(name):
            continue
        scope.warn(
            Code.UNUSED, place, f"'{name}' is declared and never used", "use it, or take it out"
        )
