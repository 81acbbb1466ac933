"""How long the proofs of a system take with more and more parts of a kind.

    python -m benchmarks.systems [SYSTEM] [COUNT ...]

Prints seconds of processor time, and how many times as long as the first count takes. The proofs
of 20 batteries must take no more than 3 times as long as those of one.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from spec.language.reader import read_text
from verify.composition.verification import verify_system
from verify.verdict import Verdict

_SHIPPED = Path(__file__).parents[1] / "spec" / "smallbms" / "closed_loop.system"
_COUNTS = (1, 2, 5, 10, 20)
_TRIES = 3


def _processor_time() -> float:
    """Seconds of this process and of those that it waited for."""
    return sum(os.times()[:4])


def seconds(path: Path, count: int) -> tuple[float, bool]:
    """The least of some tries to prove the system in `path`, and whether all of it was proved."""
    counted = "[1]" if count == 1 else f"[1 .. {count}]"
    text = re.sub(r"\[1 \.\. \d+\]", counted, path.read_text(encoding="utf-8"))
    taken, all_proved = [], True
    for _ in range(_TRIES):
        begun = _processor_time()
        machine = read_text(text, str(path))[0]
        report = verify_system(machine)
        taken.append(_processor_time() - begun)
        all_proved &= set(report.verdicts) == {Verdict.PROVED}
    return min(taken), all_proved


def main(arguments: list[str]) -> None:
    """Print one line a count."""
    path = Path(arguments[0]) if arguments else _SHIPPED
    counts = [int(each) for each in arguments[1:]] or _COUNTS
    first = None
    for count in counts:
        taken, all_proved = seconds(path, count)
        first = first or taken
        said = "all proved" if all_proved else "NOT ALL PROVED"
        print(f"{count:3d}  {taken:6.2f} s  {taken / first:5.2f}  {said}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
