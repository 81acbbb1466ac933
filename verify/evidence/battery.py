"""The battery at work: puts the sanity questions to the engines and says what they found."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from spec.system import TransitionSystem
from spec.term import TRUE, Term, negation
from verify.engines import portfolio
from verify.engines.search import Exhausted, Scenario
from verify.evidence import sanity
from verify.replay import Replayer
from verify.smt import Satisfiable
from verify.verdict import Certificate, Finding, Sanity


@dataclass
class Battery:
    """The sanity questions to one system, and their answers so far.

    Attributes:
        findings: What the author should know.
        failed: For each kind of question that found something, the first thing it found.
        undecided: The kinds of questions that ran out.
        never: For each premise or goal (requirement, index) that cannot happen, the proof.
    """

    system: TransitionSystem
    findings: list[Finding] = field(default_factory=list)
    failed: dict[Sanity, str] = field(default_factory=dict)
    undecided: set[Sanity] = field(default_factory=set)
    never: dict[tuple[str, int], Certificate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.covers = sanity.covers(self.system)

    @property
    def size(self) -> int:
        """How many questions it asks; the last is whether the assumptions contradict."""
        return len(self.covers) + len(self.system.questions) + 1

    @property
    def watched(self) -> list[Term]:
        """What the exploration should look out for, in the order of the covers."""
        return [each.term for each in self.covers]

    def contradictory(self, engines: portfolio.Portfolio) -> bool | None:
        """Whether the assumptions leave no first step; a finding if so, or if undecided: None."""
        if engines.exploration.steps or not self.system.machine.assumptions:
            return False
        replayer = Replayer(self.system, TRUE, None, sought=True)
        try:
            first = engines.search(TRUE).find(TRUE, depths=range(1, 2), accept=replayer.shows)
        except Exhausted:
            self.findings.append(
                Finding(
                    Sanity.UNDECIDED,
                    self.system.machine.assumptions[0].place,
                    "undecided whether the assumptions leave anything that can happen",
                    "take one of them out, or weaken it",
                    fails=False,
                )
            )
            return None
        if first is not None:
            return False
        self.findings.append(
            Finding(
                Sanity.CONTRADICTION,
                self.system.machine.assumptions[0].place,
                "the assumptions contradict each other: nothing can happen at all",
                "take one of them out, or weaken it",
                fails=True,
            )
        )
        return True

    def ask(self, engines: portfolio.Portfolio, proved: Container[tuple[str, int]]) -> None:
        """Put all questions; a premise matters only if its property is among the `proved`."""
        self.findings += sanity.saturations(self.system)
        self._ask_whether_stuck(engines)
        left = []
        for position, cover in enumerate(self.covers):
            if engines.exploration.first(position) is None:
                left.append(cover)
            elif cover.kind is Sanity.SILENT_OVERLAP:
                self._overlaps(cover, engines.scenario_of(position))
        nevers = [negation(cover.term) for cover in left]
        replayers = {
            never: Replayer(self.system, cover.term, None, sought=True)
            for never, cover in zip(nevers, left, strict=True)
        }
        decisions = engines.decide(nevers, lambda never: replayers[never].shows)
        for position, decision in decisions:
            self._conclude(left[position], nevers[position], decision, proved)

    def _ask_whether_stuck(self, engines: portfolio.Portfolio) -> None:
        """A state in which the assumptions allow no input ends every run, silently."""
        assumptions = self.system.machine.assumptions
        if not assumptions:
            return
        match engines.step.stuck(engines.invariants):
            case Satisfiable.YES:
                message = "there may be states in which the assumptions leave no input at all"
                way_out = "what is proved of such a state says nothing: weaken the assumptions"
                kind = Sanity.CONTRADICTION
            case Satisfiable.UNDECIDED:
                message = "undecided whether the assumptions always leave some input"
                way_out = "simplify the assumptions"
                kind = Sanity.UNDECIDED
            case Satisfiable.NO:
                return
        self.findings.append(Finding(kind, assumptions[0].place, message, way_out, fails=False))

    def _conclude(
        self,
        cover: sanity.Cover,
        never: Term,
        decision: portfolio.Decision,
        proved: Container[tuple[str, int]],
    ) -> None:
        overlap = cover.kind is Sanity.SILENT_OVERLAP
        match decision:
            case portfolio.Found(scenario=scenario):
                if overlap:
                    self._overlaps(cover, scenario)
            case portfolio.Inductive(lemmas=lemmas):
                if cover.goal is not None:
                    self.never[cover.goal] = Certificate(lemmas, never)
                    if cover.goal not in proved:
                        return
                if not overlap:
                    self._fails(cover)
            case portfolio.Undecided(reason=reason):
                self.undecided.add(cover.kind)
                message = f"undecided whether this holds: {cover.message}; {reason}"
                self.findings.append(
                    Finding(Sanity.UNDECIDED, cover.place, message, "raise --timeout", fails=False)
                )

    def _fails(self, cover: sanity.Cover) -> None:
        self.failed.setdefault(cover.kind, cover.message)
        self.findings.append(
            Finding(cover.kind, cover.place, cover.message, cover.way_out, fails=True)
        )

    def _overlaps(self, cover: sanity.Cover, scenario: Scenario) -> None:
        self.failed.setdefault(cover.kind, cover.message)
        witness = Replayer(self.system, cover.term, None, sought=True).trace(scenario)
        self.findings.append(
            Finding(cover.kind, cover.place, cover.message, cover.way_out, False, witness)
        )
