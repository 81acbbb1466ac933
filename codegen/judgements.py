"""Judgements: what a monitor says of each requirement."""

from __future__ import annotations

from codegen.declarations import or_stand_in
from codegen.views import (
    Member,
)
from codegen.wording import (
    requirement_said,
)
from codegen.writer import Writer
from spec.expression import BOOLEAN
from spec.machine import Span
from spec.term import both


def verdicts(writer: Writer) -> tuple[Member, ...]:
    """Members for what a monitor finds of each requirement."""
    requirements = {each.requirement.id: each.requirement for each in writer.program.claims}
    members = (
        Member(
            writer.storage(BOOLEAN, Span(0, 1), narrow=True),
            writer.names.verdicts[id_],
            requirement_said(requirement),
            writer.value(1),
        )
        for id_, requirement in requirements.items()
    )
    return or_stand_in(writer, members)


def judgements(writer: Writer, target: str) -> tuple[str, ...]:
    """For each requirement the statement that tells, in `target`, whether it holds."""
    found = []
    for id_, name in writer.names.verdicts.items():
        holds = both(*(
            each.local.variable for each in writer.program.claims if each.requirement.id == id_
        ))  # fmt: skip
        found.append(writer.assignment(target + name, writer.kept(holds, ())))
    return tuple(found)


def all_hold(writer: Writer) -> str:
    """The statement that returns whether every requirement holds."""
    everything = both(*(each.local.variable for each in writer.program.claims))
    return writer.returned(writer.printer.condition(everything))
