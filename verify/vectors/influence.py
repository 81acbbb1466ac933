"""Influence: when a change inside the machine is seen from outside in the same step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec.term import Term, either, negation, parts, postorder, rebuild
from verify.vectors.lifting import Lifting


class Influence:
    """What parts of `seen`, which are lifted terms, do to them.

    Args:
        seen: What a test sees of a step: the next memory and the outputs.
        lifting: The one that lifted them.
    """

    def __init__(self, seen: Sequence[Term], lifting: Lifting) -> None:
        self._seen = tuple(seen)
        self._lifting = lifting
        self._order: dict[Term, int] = {}
        self._users: dict[Term, list[Term]] = {}
        for position, term in enumerate(postorder(seen)):
            self._order[term] = position
            for part in dict.fromkeys(parts(term)):
                self._users.setdefault(part, []).append(term)
        self._decides: dict[Term, Term] = {}

    def __contains__(self, term: Term) -> bool:
        return term in self._order

    def inside(self) -> tuple[Term, ...]:
        """Every distinct part of what is seen, parts before wholes."""
        return tuple(self._order)

    def decides(self, condition: Term) -> Term:
        """Whether the other truth of `condition`, wherever it is used, would be seen."""
        if condition not in self._decides:
            self._decides[condition] = self.shows({condition: negation(condition)})
        return self._decides[condition]

    def shows(self, changes: Mapping[Term, Term]) -> Term:
        """Whether it would be seen that every part is as `changes` says instead."""
        changed = dict(changes)
        for term in self._above(changes):
            changed[term] = rebuild(term, [changed.get(part, part) for part in parts(term)])
        return either(
            *(
                self._lifting.differs(seen, changed[seen])
                for seen in dict.fromkeys(self._seen)
                if seen in changed
            )
        )

    def _above(self, changes: Mapping[Term, Term]) -> list[Term]:
        """What contains something changed and is not itself changed, parts before wholes."""
        found: dict[Term, None] = {}
        waiting = [term for term in changes if term in self._order]
        while waiting:
            for user in self._users.get(waiting.pop(), ()):
                if user not in found and user not in changes:
                    found[user] = None
                    waiting.append(user)
        return sorted(found, key=self._order.__getitem__)
