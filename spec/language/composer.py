"""Composer: from the syntax of a system to one machine, every error of the text in one run."""

from __future__ import annotations

from pathlib import Path

from spec.flattening import flatten
from spec.language import syntax
from spec.language.checker import blocks_of, header_of, is_broken, items_of, warn_of_the_unused
from spec.language.clock import read_time
from spec.language.connections import connect, expose
from spec.language.definitions import resolve_definitions
from spec.language.errors import Diagnostic
from spec.language.names import declare_names
from spec.language.parts import Read, read_part
from spec.language.permissions import Where
from spec.language.requirements import check_served, read_assumption, read_requirements
from spec.language.resets import with_resets
from spec.language.scope import Scope
from spec.language.signals import declare_output, read_input, read_parameter, resolve_output
from spec.language.single_faults import definitions_of_faults, read_faults
from spec.machine import Machine


def compose(
    tree: syntax.Text, path: str, text: str, read: Read
) -> tuple[Machine | None, list[Diagnostic]]:
    """The machine that the system `tree` makes, or None, and everything there is to say about it.

    Args:
        tree: Parsed from `text`.
        path: Of the text; those of its parts are beside it.
        text: Kept in the machine to show its lines.
        read: Gives the machine in a file, or raises what is wrong with it.
    """
    scope = Scope(tree.lost, is_system=True)
    header = header_of(scope, tree, "system")
    # In the order of `checker.check`, with the parts behind the clock they have to agree with.
    declare_names(scope, tree.blocks)
    scope.time = read_time(scope, blocks_of(tree, "time"))
    inputs = [read_input(scope, item) for item in items_of(tree, syntax.Input)]
    written_outputs = items_of(tree, syntax.Output)
    outputs_found = [declare_output(scope, item) for item in written_outputs]
    folder = Path(path).parent
    found = [read_part(scope, item, read, folder) for item in items_of(tree, syntax.Part)]
    exposures = items_of(tree, syntax.Exposure)
    connections = items_of(tree, syntax.Connection)
    members = with_resets(
        scope, [each for each in found if each is not None], connections, exposures
    )
    parameters = [read_parameter(scope, item) for item in items_of(tree, syntax.Parameter)]
    # Before anything is resolved: only what is exposed may be spoken of everywhere.
    expose(scope, members, exposures)
    definitions = resolve_definitions(
        scope, [*items_of(tree, syntax.Definition), *definitions_of_faults(tree.blocks)]
    )
    instances = connect(scope, members, connections)
    faults = read_faults(scope, items_of(tree, syntax.Fault))
    assumptions = [read_assumption(scope, item) for item in items_of(tree, syntax.Assumption)]
    outputs = [
        resolve_output(scope, item, each, Where.CONNECTION)
        for item, each in zip(written_outputs, outputs_found, strict=True)
    ]
    requirements = read_requirements(scope, blocks_of(tree, "requirement"))
    check_served(scope, tree.blocks)
    warn_of_the_unused(scope)
    diagnostics = list(scope.diagnostics)
    if is_broken(diagnostics) or header is None or header.name is None:
        return None, diagnostics
    counts = [each.count for each in members if each.count is not None]
    own = {each.name for each in definitions}
    # Those that min(…) and max(…) made; the parts bring their own.
    made = [
        each for name, each in scope.definitions.items() if name not in own and not each.place.file
    ]
    frame = Machine(
        header.name.text,
        header.text,
        scope.time,
        tuple(filter(None, inputs)),
        (*filter(None, parameters), *counts),
        (*made, *definitions),
        tuple(filter(None, assumptions)),
        (),
        tuple(filter(None, outputs)),
        requirements,
        path,
        text,
        faults=faults,
    )
    return flatten(frame, instances), diagnostics
