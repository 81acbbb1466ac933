"""Whatever is in a file, there is a finding, and a reason where nothing is proved."""

from __future__ import annotations

import random
import re

from tests.verify.translation.c.routines import findings, written
from verify.translation.finding import Outcome

SYSTEM, FILES = written(settable=False)
_TOKEN = re.compile(r"/\*.*?\*/|#[^\n]*|\s+|\w+|->|[<>=!]=|&&|\|\||.", re.DOTALL)
_ODD = (
    *("#if", "#define", "##", "\\\n", "{", "}", "(", ")", '"', "'", "/*", "*/", "//", "0x", "1.5"),
    *(
        "@",
        "`",
        "\x00",
        "é",
        "??=",
        "int",
        "struct",
        "...",
        "sizeof",
        "typedef",
        "*",
        "&",
        "[",
        "]",
    ),
    *("_Generic", "L'a'", "_Alignas(8)", "goto", "extern", "\r", "\f", "case 1:", "break;", "else"),
)


def mangled(pick: random.Random, text: str) -> str:
    tokens = _TOKEN.findall(text)
    for _ in range(pick.choice((1, 1, 2, 3))):
        here, there = pick.randrange(len(tokens)), pick.randrange(len(tokens))
        match pick.randrange(5):
            case 0:
                del tokens[here]
            case 1:
                tokens.insert(here, tokens[there])
            case 2:
                tokens[here], tokens[there] = tokens[there], tokens[here]
            case 3:
                tokens[here] = tokens[there]
            case _:
                tokens[here] = pick.choice(_ODD)
    return "".join(tokens)


def test_mangled_text_is_refused_refuted_or_proved() -> None:
    pick = random.Random(3)
    outcomes = set()
    for k in range(60):
        file = "smallbms.h" if k % 3 == 0 else "smallbms.c"
        files = {**FILES, file: mangled(pick, FILES[file])}
        for each in findings(SYSTEM, files, settable=False):
            outcomes.add(each.outcome)
            assert each.outcome is Outcome.PROVED or each.reason or each.example
    assert outcomes == {Outcome.PROVED, Outcome.DIFFERS, Outcome.UNKNOWN}
