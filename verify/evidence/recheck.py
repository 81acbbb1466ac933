"""Re-check: certificates before solvers that had no part in finding them.

The proof engine and z3's builder are not trusted here: the obligations are printed anew and
handed, as text, to z3 and to every second solver, in integers and in bit-vectors, each in a
process of its own. One answer other than unsat, or none in time, and a certificate is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from verify.evidence.certificate import Script
from verify.smt import Satisfiable

SECOND_SOLVERS = ("cvc5", "bitwuzla")
_Z3 = "z3"
_UNSAT = Satisfiable.NO.value


def second_solvers() -> list[str]:
    """Those of `SECOND_SOLVERS` that are installed."""
    return [name for name in SECOND_SOLVERS if find_spec(name) is not None]


def refusals(
    scripts: Sequence[Script],
    solvers: Sequence[str],
    *,
    seconds: float,
    jobs: int,
    from_text: bool = True,
) -> dict[str, str]:
    """For each script that z3 or one of `solvers` does not accept, who does not and why.

    Every script is accepted by at least one of `solvers` too, or refused. Each has `seconds` of
    wall time, and `jobs` of them work at a time. Without `from_text`, z3 is not asked again.
    """
    refused: dict[str, str] = {}
    accepted: set[str] = set()

    def ask(solver: str) -> None:
        # bitwuzla knows bit-vectors only.
        asked = [each for each in scripts if solver != "bitwuzla" or each.logic == "bv"]
        for script, why in zip(asked, _asked(solver, asked, seconds), strict=True):
            if why:
                refused.setdefault(script.name, f"{solver} does not accept {script.name}: {why}")
            elif solver != _Z3:
                accepted.add(script.name)

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        list(pool.map(ask, [*([_Z3] if from_text else []), *solvers]))
    for script in scripts:
        if script.name not in accepted and script.name not in refused:
            refused[script.name] = f"no second solver reads {script.name}: install cvc5"
    return refused


def _asked(solver: str, scripts: Sequence[Script], seconds: float) -> list[str]:
    """Why `solver` refuses each script; empty where it accepts it."""
    ended = ""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "verify.evidence.solver_process", solver],
            input=json.dumps([script.text for script in scripts]).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        output = done.stdout
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            ended = f"it ended with status {done.returncode}: {said[-1] if said else ''}"
    except subprocess.TimeoutExpired as late:
        output = late.stdout or b""
        ended = f"it did not finish within {seconds:.0f} s"
    except OSError as error:
        return [f"it cannot be run: {error.strerror}"] * len(scripts)
    # Each script's answers end with an empty line; what has none was cut short.
    answers = output.decode(errors="replace").split("\n\n")[:-1]
    reasons = []
    for k, script in enumerate(scripts):
        if k >= len(answers):
            reasons.append(ended or "it gave no answer")
            continue
        words = answers[k].split()
        odd = [word for word in words if word != _UNSAT]
        if odd:
            reasons.append(f"it answers {odd[0]}")
        elif len(words) != script.count:
            reasons.append(f"it answers {len(words)} of {script.count} questions")
        else:
            reasons.append("")
    return reasons
