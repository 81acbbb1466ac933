"""A solver in a process of its own: scripts in, answers out.

Reads a JSON list of SMT-LIB 2 scripts and writes, for each, one answer a line and an empty line.
Usage: ``python -m verify.evidence.solver_process z3|cvc5|bitwuzla``.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import tempfile


def _z3(text: str) -> None:
    from verify.smt import check_text  # noqa: PLC0415 - other solvers' processes need no z3

    for answer in check_text(text):
        print(answer.value)


def _cvc5(text: str) -> None:
    import cvc5  # noqa: PLC0415 - optional, and slow to load

    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setOption("incremental", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "certificate")
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        answer = command.invoke(solver, symbols)
        if answer.strip():
            print(answer.strip())


def _bitwuzla(text: str) -> None:
    import bitwuzla  # noqa: PLC0415 - optional, and slow to load

    # Its parser reads files only, and prints the answers itself.
    with tempfile.NamedTemporaryFile("w", suffix=".smt2", delete=False) as file:
        file.write(text)
    try:
        parser = bitwuzla.Parser(bitwuzla.TermManager(), bitwuzla.Options())
        parser.parse(file.name, parse_only=False, parse_file=True)
    finally:
        os.unlink(file.name)
    # The answers wait in C's buffer, not in Python's.
    ctypes.CDLL(None).fflush(None)


def main() -> None:
    """Answer every script on standard input."""
    solve = {"z3": _z3, "cvc5": _cvc5, "bitwuzla": _bitwuzla}[sys.argv[1]]
    for text in json.load(sys.stdin):
        solve(text)
        # Flushed at once: should time run out, what was answered counts.
        print(flush=True)


if __name__ == "__main__":
    main()
