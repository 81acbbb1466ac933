"""What was found of code, for the shell."""

from __future__ import annotations

from collections.abc import Iterable

from smallbms.status import Status
from smallbms.validating.files import Examined
from verify.translation.finding import Outcome


def status_of(examined: Iterable[Examined]) -> Status:
    """A difference counts more than what is not known."""
    outcomes = {each.finding.outcome for each in examined}
    if Outcome.DIFFERS in outcomes:
        return Status.FAILS
    return Status.HOLDS if outcomes <= {Outcome.PROVED} else Status.UNDECIDED
