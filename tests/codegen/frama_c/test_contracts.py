"""The contracts in generated headers are ACSL, can be met, and are kept by the code beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from codegen.generation import generate
from codegen.options import Options
from spec.language.reader import read, shipped
from spec.machine import FromAnyState, Machine
from tests.codegen.frama_c.analysis import evaluate, prove, require_programs, typecheck
from tests.codegen.toolchain.programs import ProgramFailedError
from tests.verify import corpus
from verify.verdict import Verdict

CORPUS = corpus.files(*corpus.FOLDERS)
MACHINES = pytest.mark.parametrize("path", [shipped(), *CORPUS], ids=corpus.name)
VARIANTS = pytest.mark.parametrize("settable", [False, True], ids=["constant", "settable"])
# Their assumptions contradict each other, so nothing is a step of theirs.
NEVER = ("contradictory_assumptions", "parameters_that_leave_nothing")

# The monitor has no contract of its own: what it judges are inputs within the controller's, and
# outputs that nothing is known of.
WATCHED = """
#include "{name}_monitor.h"

void watched_step(
    struct {name}_state *state,
    const struct {name}_inputs *in,
    struct {name}_outputs *out,
    const struct {name}_outputs *seen,
    struct {name}_monitor *monitor,
    struct {name}_verdicts *verdicts{declared})
{{
    {name}_step(state, in, out{given});
    (void){name}_monitor_step(monitor, in, {modes}seen, verdicts{given});
}}
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """`before`, which stands in the source once, is replaced by `after`.

    Without `before`, the step ends with `after`.
    """

    after: str
    before: str = ""


FREE_CHARGE = Fault("out->charge_disconnect = SMALLBMS_CHARGE_DISCONNECT_HIGH;")
WRONG_LIGHT = Fault("out->blue_led = SMALLBMS_BLUE_LED_LIT;")
LATE_WRITE = Fault("state->load = SMALLBMS_LOAD_OFF;")
FOREIGN_WRITE = Fault("out[1].red_led = SMALLBMS_RED_LED_DARK;")
LONG_TIME = Fault("load_time_ms += 1U;", before="load_time_ms = SMALLBMS_LOAD_TIME_MOST_MS;")
LONG_HELD = Fault(
    "remote_closed_time_ms += 1U;",
    before="remote_closed_time_ms = SMALLBMS_REMOTE_CLOSED_TIME_MOST_MS;",
)


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    require_programs()


@pytest.fixture(scope="module")
def why3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this run alone: nothing is left in anybody's home."""
    return tmp_path_factory.mktemp("why3") / "why3.conf"


def write(machine: Machine, folder: Path, *, settable: bool) -> list[Path]:
    """The sources of a controller, of its monitor, and of who calls both."""
    texts = generate(machine, "c99", Options(settable=settable, monitors=True))
    name = machine.name
    given = f"{name}_parameters *parameters" in texts[f"{name}.h"]
    texts["watched.c"] = WATCHED.format(
        name=name,
        declared=f",\n    const struct {name}_parameters *parameters" if given else "",
        given=", parameters" if given else "",
        modes="state, " if f"{name}_state *state" in texts[f"{name}_monitor.h"] else "",
    )
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return [folder / f"{name}.c", folder / f"{name}_monitor.c", folder / "watched.c"]


def faulty(folder: Path, fault: Fault | None) -> list[Path]:
    """The sources of the smallBMS, with `fault` in its controller."""
    sources = write(read(shipped())[0], folder, settable=False)
    if fault is not None:
        text = sources[0].read_text(encoding="utf-8")
        if fault.before:
            assert text.count(fault.before) == 1
            text = text.replace(fault.before, fault.after)
        else:
            text = text.rstrip().removesuffix("}") + f"    {fault.after}\n}}\n"
        sources[0].write_text(text, encoding="utf-8")
    return sources


@VARIANTS
@MACHINES
def test_contracts_are_acsl(path: Path, settable: bool, tmp_path: Path) -> None:
    typecheck(write(read(path)[0], tmp_path, settable=settable))


def test_a_contract_that_is_not_understood_is_an_error(tmp_path: Path) -> None:
    sources = faulty(tmp_path, None)
    header = sources[0].with_suffix(".h")
    text = header.read_text(encoding="utf-8").replace("legal: state->load ", "legal: state->lode ")
    header.write_text(text, encoding="utf-8")
    with pytest.raises(ProgramFailedError, match="lode"):
        typecheck(sources)


@VARIANTS
@MACHINES
def test_no_step_within_the_contract_is_undefined(
    path: Path, settable: bool, tmp_path: Path
) -> None:
    found = evaluate(write(read(path)[0], tmp_path, settable=settable), "watched_step")
    assert found.alarms == 0
    # Not all: some claims of the corpus are fulfilled whatever a monitor sees.
    assert path != shipped() or found.reached > 0.9 * found.statements


@pytest.mark.parametrize("fault", [LONG_HELD, FOREIGN_WRITE])
def test_what_is_undefined_raises_an_alarm(fault: Fault, tmp_path: Path) -> None:
    assert evaluate(faulty(tmp_path, fault), "watched_step").alarms > 0


@VARIANTS
def test_the_smallbms_keeps_its_contracts(settable: bool, tmp_path: Path, why3: Path) -> None:
    source, *_ = write(read(shipped())[0], tmp_path, settable=settable)
    found = prove(source, why3, smoke=True)
    assert found.unproved == ()
    assert found.goals > 100


@pytest.mark.parametrize("path", CORPUS, ids=corpus.name)
def test_only_what_is_violated_is_not_kept(path: Path, tmp_path: Path, why3: Path) -> None:
    machine = read(path)[0]
    source, *_ = write(machine, tmp_path, settable=True)
    violated = {
        f"typed_{machine.name}_step_ensures_{requirement.id}"
        for requirement in machine.requirements
        for each in requirement.properties
        if isinstance(each, FromAnyState) and corpus.expected(path, each) is Verdict.VIOLATED
    }
    assert set(prove(source, why3).unproved) == violated


@pytest.mark.parametrize("stem", NEVER)
def test_a_contract_that_nobody_can_meet_is_found(stem: str, tmp_path: Path, why3: Path) -> None:
    path = next(each for each in CORPUS if each.stem == stem)
    source, *_ = write(read(path)[0], tmp_path, settable=True)
    unproved = prove(source, why3, smoke=True).unproved
    assert any(each.startswith(f"typed_{stem}_step_wp_smoke_default") for each in unproved)


@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        (FREE_CHARGE, "R18"),
        (LONG_TIME, "legal"),
        (LONG_HELD, "legal"),
        (WRONG_LIGHT, "shown"),
        (LATE_WRITE, "shown"),
    ],
)
def test_a_fault_in_the_code_breaks_a_clause(
    fault: Fault, clause: str, tmp_path: Path, why3: Path
) -> None:
    source, *_ = faulty(tmp_path, fault)
    unproved = prove(source, why3, only=[clause]).unproved
    assert unproved
    assert all(f"_step_ensures_{clause}" in each for each in unproved)


def test_a_write_to_a_place_of_nobody_breaks_the_contract(tmp_path: Path, why3: Path) -> None:
    source, *_ = faulty(tmp_path, FOREIGN_WRITE)
    assert prove(source, why3, only=["@assigns"]).unproved
