"""Matching: which member of the code's structures is which of the machine's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from verify.translation.routine import Member, Structure

# Where a structure would be empty, a member of this name stands in.
_STAND_IN = "unused"


class Unmatched(Exception):
    """The members of a structure in the code are not those of the machine; says which."""


def match(
    structure: Structure, found: Iterable[str], *, incomplete: bool = False
) -> dict[str, Member]:
    """The member behind each name `found` in the code's structure.

    A name that is taken has an underscore or a number at its end there, and one that would begin
    with an underscore or a digit does not; whoever is declared first has the better claim. Of the
    memory it does not matter which is which, as long as everything is then proved.

    Raises:
        Unmatched: A member is missing, or nobody knows what one is for.
    """
    names = list(found)
    left = [each for each in names if each != _STAND_IN or structure.members]
    matched: dict[str, Member] = {}
    pending = list(structure.members)
    for spelt in (_exactly, _marked):
        for each in list(pending):
            fitting = [name for name in left if spelt(each.name, name)]
            if fitting:
                matched[fitting[0]] = each
                left.remove(fitting[0])
                pending.remove(each)
    if incomplete:
        matched |= {each.name: each for each in pending}
    elif pending:
        missing = ", ".join(each.name for each in pending)
        unknown = f", and there is {', '.join(left)}" if left else ""
        raise Unmatched(f"the {structure.role} of the code lack {missing}{unknown}")
    if left:
        raise Unmatched(f"the {structure.role} of the code have {', '.join(left)} besides")
    return matched


def _exactly(wanted: str, name: str) -> bool:
    return wanted == name


def _marked(wanted: str, name: str) -> bool:
    # Names of parts of systems have dots in them.
    stem = wanted.replace(".", "_").lstrip("_")
    return re.fullmatch(rf"x?{re.escape(stem)}_?(_\d+)?", name) is not None
