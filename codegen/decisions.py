"""Decisions: from transitions by priority to the fewest questions that tell the new mode.

What has to be asked in every mode is asked first, and once. A mode is asked for only where the
modes differ. So a transition that only repeats what others say costs nothing, and each leaf still
knows every transition that leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from codegen.program import Decision, Fork, Leaf, leaves
from spec.machine import Transition
from spec.term import (
    FALSE,
    TRUE,
    And,
    Choose,
    Equal,
    Not,
    Number,
    Or,
    Term,
    Truth,
    Variable,
    both,
    canonical,
    either,
    equal,
    is_boolean,
    negation,
    parts,
    rebuild,
    truth,
)

# With more leaves than this for each transition, a tree repeats itself more than it saves.
_LEAVES_PER_BRANCH = 2
_PAIR = 2
_STAYS = Leaf(None, ())


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A transition: where `condition` holds and none above it did, `target` is the new mode."""

    condition: Term
    transition: Transition
    target: int


def decide(branches: tuple[Branch, ...], before: Variable, modes: int) -> Decision:
    """What `branches`, the first that fits, make of the mode `before`, which is one of `modes`."""
    left = {mode: _Left(mode, branches) for mode in range(modes)}
    most = _LEAVES_PER_BRANCH * (len(branches) + 1)
    try:
        return _Growth(before, canonical(), most).grow(left)
    except _TooLarge:
        asked = [(each.condition, Leaf(each.target, (each.transition,))) for each in branches]
        return _in_turn(asked, _STAYS)


class _TooLarge(Exception):
    """A tree has more leaves than it is worth."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left to ask in one mode.

    Attributes:
        default: The mode where none of `branches` fits, and the transitions that lead there.
    """

    default: int
    branches: tuple[Branch, ...]
    transitions: tuple[Transition, ...] = ()


@dataclass(slots=True)
class _Growth:
    """Grows a tree; conditions are the same if they are built alike.

    Attributes:
        room: How many more leaves it may have.
    """

    before: Variable
    number_of: Callable[[Term], int]
    room: int

    def grow(self, left: Mapping[int, _Left]) -> Decision:
        """The decision among the modes of `left`."""
        left = {mode: self.settled(mode, each, {}) for mode, each in left.items()}
        asked = self.shared(left)
        if asked is None:
            decision = self.by_mode(left)
            self.room -= sum(1 for _ in leaves(decision))
            if self.room < 0:
                raise _TooLarge
            return decision
        yes, no = (
            self.grow(
                {
                    mode: self.settled(mode, each, {self.number_of(asked): answer})
                    for mode, each in left.items()
                }
            )
            for answer in (True, False)
        )
        if yes == no:
            return yes
        if isinstance(no, Leaf) and isinstance(yes, Fork):
            # What is settled comes first: so it needs no brackets of its own.
            return Fork(negation(asked), no, yes)
        return Fork(asked, yes, no)

    def settled(self, mode: int, left: _Left, known: Mapping[int, bool]) -> _Left:
        """`left`, with the mode and the answers in `known` put in."""
        branches: list[Branch] = []
        for branch in left.branches:
            condition = self.answered(branch.condition, mode, known)
            if condition is TRUE:
                left = _Left(branch.target, (), (branch.transition,))
                break
            if condition is not FALSE:
                branches.append(replace(branch, condition=condition))
        transitions = left.transitions
        # What leads where the default leads need not be asked.
        while branches and branches[-1].target == left.default:
            transitions = (branches.pop().transition, *transitions)
        return _Left(left.default, tuple(branches), transitions)

    def answered(self, term: Term, mode: int, known: Mapping[int, bool]) -> Term:
        """`term` in `mode`, with what is `known` put in."""
        answer = known.get(self.number_of(term))
        if answer is not None:
            return truth(answer)
        match term:
            case Equal(left=left, right=Number(value=value)) if left is self.before:
                return truth(value == mode)
            case And() | Or() | Not() | Choose():
                return rebuild(term, [self.answered(each, mode, known) for each in parts(term)])
        return term

    def shared(self, left: Mapping[int, _Left]) -> Term | None:
        """The first question, in the order of the text, that all undecided modes have to ask."""
        open_ = [each.branches for each in left.values() if each.branches]
        if len(open_) < 2:  # noqa: PLR2004
            return None
        asked = [
            {self.number_of(each) for branch in branches for each in _questions(branch.condition)}
            for branches in open_
        ]
        common = set.intersection(*asked)
        return next(
            (
                each
                for branch in open_[0]
                for each in _questions(branch.condition)
                if self.number_of(each) in common
            ),
            None,
        )

    def by_mode(self, left: Mapping[int, _Left]) -> Decision:
        """Modes that go on alike together; those that stay what they are last."""
        targets = {each.default for each in left.values()}
        if len(targets) == 1 and not any(each.branches for each in left.values()):
            # Whatever the mode is: one that stays is there already.
            target = targets.pop()
            transitions = _united(each.transitions for each in left.values())
            return _STAYS if left.keys() == {target} else Leaf(target, transitions)
        branches = [(each.default, branch) for each in left.values() for branch in each.branches]
        everywhere = targets | {branch.target for _, branch in branches}
        if len(everywhere) == _PAIR and all(branch.target != other for other, branch in branches):
            return self.by_target(left)
        alike: dict[tuple[object, ...], list[int]] = {}
        for mode, each in left.items():
            if each.branches or each.default != mode:
                alike.setdefault(self.key(mode, each), []).append(mode)
        someone_stays = sum(map(len, alike.values())) < len(left)
        decision: Decision = _STAYS
        for k, modes in enumerate(reversed(alike.values())):
            inside = self.together([left[mode] for mode in modes], modes)
            if k == 0 and not someone_stays:
                decision = inside
                continue
            asked = either(*(equal(self.before, Number(mode)) for mode in modes))
            if someone_stays and isinstance(inside, Fork) and inside.otherwise == _STAYS:
                # Asked with the mode; where it does not hold, no other mode is the right one.
                decision = Fork(both(asked, inside.condition), inside.then, decision)
            else:
                decision = Fork(asked, inside, decision)
        return decision

    def by_target(self, left: Mapping[int, _Left]) -> Decision:
        """One of two targets; the one that is last is that of which it takes longer to say when.

        In every mode, all branches lead to the one that is not its default.
        """
        said: dict[int, list[Term]] = {}
        reasons: dict[int, list[tuple[Transition, ...]]] = {}
        for mode, each in left.items():
            inside = equal(self.before, Number(mode))
            leaving = either(*(branch.condition for branch in each.branches))
            for branch in each.branches:
                said.setdefault(branch.target, []).append(both(inside, branch.condition))
                reasons.setdefault(branch.target, []).append((branch.transition,))
            said.setdefault(each.default, []).append(both(inside, negation(leaving)))
            reasons.setdefault(each.default, []).append(each.transitions)
        first, second = sorted(said, key=lambda target: len(said[target]))
        return Fork(
            either(*said[first]),
            Leaf(first, _united(reasons[first])),
            Leaf(second, _united(reasons[second])),
        )

    def key(self, mode: int, left: _Left) -> tuple[object, ...]:
        """The same for modes that go on alike; staying is alike in all modes."""
        branches = tuple((self.number_of(each.condition), each.target) for each in left.branches)
        return branches, None if left.default == mode else left.default

    def together(self, alike: list[_Left], modes: list[int]) -> Decision:
        """What modes do that go on alike."""
        first = alike[0]
        default = _STAYS
        if first.default != modes[0]:
            default = Leaf(first.default, _united(each.transitions for each in alike))
        asked = [
            (
                branch.condition,
                Leaf(branch.target, _united((each.branches[k].transition,) for each in alike)),
            )
            for k, branch in enumerate(first.branches)
        ]
        return _in_turn(asked, default)


def _in_turn(asked: list[tuple[Term, Leaf]], default: Leaf) -> Decision:
    decision: Decision = default
    for condition, leaf in reversed(asked):
        decision = leaf if condition is TRUE else Fork(condition, leaf, decision)
    return decision


def _united(transitions: Iterable[Iterable[Transition]]) -> tuple[Transition, ...]:
    """Each transition once, in the order of the text."""
    each_once = {each.place: each for group in transitions for each in group}
    return tuple(each_once[place] for place in sorted(each_once))


def _questions(term: Term) -> Iterator[Term]:
    """The questions in a condition, wholes before their parts, in written order."""
    if not isinstance(term, (Not, Truth)):
        yield term
    if isinstance(term, (And, Or, Not, Choose)):
        for part in parts(term):
            if is_boolean(part):
                yield from _questions(part)
