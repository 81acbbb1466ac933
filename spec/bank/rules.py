"""The rules of a bank, as data: a finding names the one that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spec.machine import Source

MOST_BATTERIES = 20
# Of batteries with 4 cells and with 8.
MOST_IN_SERIES = {4: 4, 8: 2}
# The nominal voltage that a system of so many volts is built with.
NOMINAL_MV = {12: 12_800, 24: 25_600, 48: 51_200}


class Kind(Enum):
    """What a finding means for the bank; only an error forbids it."""

    ERROR = "error"
    WARNING = "warning"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a bank must keep, or what whoever builds it should know.

    Attributes:
        id: In reports; it never changes.
        sentence: The rule itself.
    """

    id: str
    sentence: str
    source: Source


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule applied to a bank.

    Attributes:
        message: What was found, without a full stop.
        way_out: What to do about it, or empty.
        source: Of what the message tells; usually that of the rule.
    """

    kind: Kind
    rule: Rule
    message: str
    way_out: str
    source: Source


def _rule(id_: str, sentence: str, grade: str, passage: str = "", read_as: str = "") -> Rule:
    return Rule(id_, sentence, Source(grade, passage, read_as))


BATTERIES = _rule("batteries", "At most 20 batteries on one smallBMS.", "S", "introduction")
SERIES = _rule(
    "series",
    "At most four 12.8 V or two 25.6 V batteries in series.",
    "A",
    "Lithium Battery Smart manual, installation",
)
SYSTEM_VOLTAGE = _rule(
    "system-voltage",
    "12 V is 12.8 V nominal, 24 V is 25.6 V, 48 V is 51.2 V, and there are no others.",
    "S",
    "introduction",
)
ALIKE = _rule("alike", "All batteries are of one model, and all strings of one length.", "D35")
SUPPLY = _rule("supply", "The supply is 8 V to 70 V.", "S", "table of technical data")
FEWEST_IN_SERIES = _rule(
    "fewest-in-series", "As few batteries in series as possible.", "S", "footnote 1", "I14"
)
BALANCING_TIME = _rule(
    "balancing-time",
    "Four 12.8 V batteries in series work, but need more time for balancing.",
    "S",
    "footnote 1",
)
VE_BUS = _rule("ve-bus", "No VE.Bus equipment: the smallBMS has no VE.Bus.", "S", "introduction")
RIGHT_OUTPUT = _rule(
    "right-output",
    "Loads hang on the load disconnect, chargers on the charge disconnect, alarms on the "
    "pre-alarm.",
    "S",
    "functions",
)
COIL = _rule("coil", "No coil on the charge disconnect.", "S", "functions")
OUTPUT_CURRENT = _rule(
    "output-current",
    "What hangs on an output takes no more than it may give, continuously.",
    "S",
    "table of technical data",
)
RECEIVER_VOLTAGE = _rule(
    "receiver-voltage", "A receiver is made for the voltage of the system.", "C", "resellers' data"
)
LOADS_SWITCHED = _rule(
    "loads-switched", "Something switches the loads off at a low cell.", "A", "system design"
)
CHARGERS_SWITCHED = _rule(
    "chargers-switched",
    "Something stops the chargers at a high cell, and when it is too hot or too cold.",
    "A",
    "system design",
)
WARNED = _rule("warned", "Somebody sees or hears the pre-alarm.", "S", "functions")
CURRENT_MEASURED = _rule(
    "current-measured", "The currents of control inputs are bounds, until they are measured.", "F"
)
PULL_IN = _rule(
    "pull-in",
    "The limit of an output is for the pull-in of a coil, too: no source allows it more.",
    "D34",
)
WIRING = _rule("wiring", "How a receiver is wired.", "A")
CABLE = _rule("cable", "A non-inverting or inverting remote cable may be needed.", "S", "functions")
