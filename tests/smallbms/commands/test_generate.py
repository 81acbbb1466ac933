"""smallbms generate, through the front door: mostly with reports and code made by hand."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from codegen import generation
from codegen.generation import STEP_TARGETS
from codegen.options import Options
from codegen.widths import TooWide
from smallbms import output
from smallbms.__main__ import main
from spec.machine import Machine
from spec.place import Place
from spec.vectors import Vector
from tests.smallbms import samples
from tests.smallbms.golden import assert_golden
from verify import prover, vectors
from verify.verdict import Method, Proved, Report, Unknown

CHECKOUT = Path(__file__).parents[3]
VECTOR = Vector({}, {}, {}, {}, {}, ())
EVERY_TARGET = [part for each in STEP_TARGETS for part in ("-t", each)]


def generate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["generate", *map(str, arguments)])


def undecided(machine: Machine) -> Report:
    """Nothing fails, and one requirement is not decided."""
    report = samples.proved(machine)
    unknown = samples.result(machine, "L6", Proved(Method.WITNESS), Unknown("time ran out"))
    return replace(report, requirements=(*report.requirements[:-1], unknown))


def with_a_fault(machine: Machine) -> Report:
    """All requirements are proved, and the sanity battery found something."""
    return replace(samples.proved(machine), findings=samples.mixed(machine).findings)


def with_nothing_required(machine: Machine) -> Report:
    return replace(samples.proved(machine), requirements=())


@dataclass
class Toolkit:
    """Stands in for the prover and the generators, and remembers what was asked of them."""

    report: Callable[[Machine], Report] = samples.proved
    texts: dict[str, str] = field(
        default_factory=lambda: {"lamp.h": "one\ntwo\n", "lamp.c": "three\n"}
    )
    too_wide: Place | None = None
    asked: prover.Options | None = None
    options: dict[str, Options] = field(default_factory=dict)

    def verify(self, machine: Machine, *, options: prover.Options, **_: Any) -> Report:
        """What the prover's namesake does, without proving anything."""
        self.asked = options
        return self.report(machine)

    def generate(self, machine: Machine, target: str, options: Options) -> dict[str, str]:
        """What the generators' namesake does: the same texts for every target."""
        if self.too_wide:
            raise TooWide(f"no room in {target}", self.too_wide)
        self.options[target] = options
        return self.texts


@pytest.fixture
def toolkit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Toolkit:
    made = Toolkit()
    monkeypatch.setattr(prover, "verify", made.verify)
    monkeypatch.setattr(generation, "generate", made.generate)
    # Paths in messages are as the user gave them.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lamp.machine").write_bytes(samples.LAMP.read_bytes())
    return made


def written(folder: Path = Path("out")) -> dict[str, bytes]:
    """All files in `folder` and below."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


def test_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert_golden("generate_help.txt", generate("--help").stdout)


def test_the_code_of_one_target_goes_to_the_folder_itself(toolkit: Toolkit) -> None:
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert sorted(written()) == ["lamp.c", "lamp.h", "manifest.json"]
    assert written()["lamp.h"] == b"one\ntwo\n"
    assert_golden("generated.txt", done.stdout)


def test_the_code_of_several_targets_goes_to_a_folder_each(toolkit: Toolkit) -> None:
    done = generate("lamp.machine", *EVERY_TARGET, *EVERY_TARGET, "-o", "out")
    assert done.exit_code == 0
    assert sorted(toolkit.options) == sorted(STEP_TARGETS)
    for target in STEP_TARGETS:
        made = written(Path("out") / target)
        assert sorted(made) == ["lamp.c", "lamp.h", "manifest.json"]
        assert json.loads(made["manifest.json"])["target"] == target
    assert sorted(os.listdir("out")) == sorted(STEP_TARGETS)


def test_a_target_asked_for_twice_is_one_target(toolkit: Toolkit) -> None:
    generate("lamp.machine", "-t", "c99", "-t", "c99", "-o", "out")
    assert (Path("out") / "lamp.c").is_file()


def test_options_reach_the_generators_and_the_prover(toolkit: Toolkit) -> None:
    options = ["--parameters", "runtime", "--monitors", "--timeout", "2.5", "--jobs", "3"]
    assert generate("lamp.machine", "-t", "c99", "-o", "out", *options).exit_code == 0
    assert toolkit.options == {"c99": Options(settable=True, monitors=True)}
    assert toolkit.asked == prover.Options(timeout=2.5, jobs=3, margins=False)


def test_unit_tests_are_of_the_parameters_that_the_code_has(
    toolkit: Toolkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def find(_: Machine, *, vary_parameters: bool) -> vectors.Suite:
        asked.append(vary_parameters)
        return vectors.Suite((VECTOR,), (), (), {})

    monkeypatch.setattr(vectors, "find", find)
    for options in ([], ["--tests"], ["--tests", "--parameters", "runtime"]):
        assert generate("lamp.machine", "-t", "c99", "-o", "out", *options).exit_code == 0
        assert toolkit.options["c99"].vectors == ((VECTOR,) if options else ())
    assert asked == [False, True]


def test_the_defaults_are_those_of_the_generators_and_the_prover(toolkit: Toolkit) -> None:
    generate("lamp.machine", "-t", "c99", "-o", "out")
    assert toolkit.options == {"c99": Options()}
    assert toolkit.asked == prover.Options(margins=False)


def test_doing_it_twice_changes_nothing(toolkit: Toolkit) -> None:
    generate("lamp.machine", "-t", "c99", "-o", "out")
    before = {path: path.stat().st_mtime_ns for path in Path("out").iterdir()}
    content = written()
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert "unchanged  out/lamp.c" in done.stdout
    assert "unchanged in out" in done.stdout
    assert written() == content
    assert {path: path.stat().st_mtime_ns for path in Path("out").iterdir()} == before


@pytest.mark.parametrize(("report", "status"), [(samples.mixed, 1), (undecided, 4)])
def test_nothing_is_written_unless_everything_is_proved(
    toolkit: Toolkit, report: Callable[[Machine], Report], status: int
) -> None:
    toolkit.report = report
    done = generate("lamp.machine", *EVERY_TARGET, "-o", "out")
    assert done.exit_code == status
    assert done.stdout == ""
    assert_golden(f"not_generated_{status}.txt", done.stderr)
    assert toolkit.options == {}
    assert os.listdir() == ["lamp.machine"]


def test_the_way_to_the_counterexample_can_be_pasted(toolkit: Toolkit) -> None:
    toolkit.report = samples.mixed
    Path("my lamp.machine").write_bytes(samples.LAMP.read_bytes())
    done = generate("my lamp.machine", "-t", "c99", "-o", "out")
    assert "smallbms verify 'my lamp.machine' shows why" in done.stderr


def test_code_that_is_not_proved_is_written_for_those_who_ask(toolkit: Toolkit) -> None:
    toolkit.report = samples.mixed
    done = generate("lamp.machine", "-t", "c99", "-o", "out", "--unverified")
    assert done.exit_code == 0
    assert toolkit.options["c99"].unverified == ("L2", "L3", "L4", "L5", "L6")
    assert "1 of 6 requirements proved" in done.stdout
    assert_golden("generated_unverified.txt", done.stderr)
    assert json.loads(written()["manifest.json"])["options"]["unverified"][0] == "L2"


def test_what_is_proved_is_not_called_unverified(toolkit: Toolkit) -> None:
    done = generate("lamp.machine", "-t", "c99", "-o", "out", "--unverified")
    assert done.stderr == ""
    assert toolkit.options == {"c99": Options()}


def test_findings_of_the_sanity_battery_are_a_warning(toolkit: Toolkit) -> None:
    toolkit.report = with_a_fault
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert done.stderr == (
        "smallbms: warning: the sanity battery has 1 finding\n"
        "    smallbms verify lamp.machine shows why\n"
    )


def test_nothing_required_is_nothing_proved(toolkit: Toolkit) -> None:
    toolkit.report = with_nothing_required
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert done.stderr == "smallbms: warning: there is no requirement, so nothing is proved\n"


def test_a_text_with_errors_is_not_written_as_code(toolkit: Toolkit) -> None:
    done = generate(samples.BROKEN, "-t", "c99", "-o", "out")
    assert done.exit_code == 3
    assert "did you mean 'voltage'?" in done.stderr
    assert toolkit.asked is None
    assert not Path("out").exists()


def test_a_number_that_is_too_wide_is_shown_in_the_text(toolkit: Toolkit) -> None:
    toolkit.too_wide = Place(12, 5, 10)
    done = generate("lamp.machine", *EVERY_TARGET, "-o", "out")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr.count("too wide for") == len(STEP_TARGETS)
    first = done.stderr.split("\n")[:4]
    assert first == [
        "lamp.machine:12:5: SPEC404 too wide for c99: no room in c99",
        '        brightness : 0 V .. 5 V by 10 mV     "of the day"',
        "        ^^^^^^^^^^",
        "    narrow the range, take a coarser resolution, or choose another target",
    ]
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "out"], "Missing option '-t'"),
        (["-t", "c99"], "Missing option '-o'"),
        (["-t", "cobol", "-o", "out"], "'cobol' is not one of 'c99'"),
        (["-t", "c99", "-o", "-"], "-o needs a directory"),
        (["-t", "c99", "-o", "lamp.machine"], "lamp.machine: this is no directory"),
        (["-t", "c99", "-o", "lamp.machine/below"], "lamp.machine: this is no directory"),
        (["-t", "c99", "-o", "dangling"], "dangling: this is no directory"),
        (["-t", "c99", "-o", "out", "--timeout", "0"], "is no number of seconds above 0"),
        (["-t", "c99", "-o", "out", "--parameters", "never"], "'never' is not one of"),
    ],
)
def test_wrong_use(toolkit: Toolkit, arguments: list[str], told: str) -> None:
    Path("dangling").symlink_to("nowhere")
    done = generate("lamp.machine", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert toolkit.asked is None
    assert sorted(os.listdir()) == ["dangling", "lamp.machine"]


def test_a_link_to_a_folder_is_a_folder(toolkit: Toolkit) -> None:
    Path("there").mkdir()
    Path("out").symlink_to("there")
    assert generate("lamp.machine", "-t", "c99", "-o", "out").exit_code == 0
    assert sorted(os.listdir("there")) == ["lamp.c", "lamp.h", "manifest.json"]


def test_two_targets_do_not_share_a_folder(toolkit: Toolkit) -> None:
    first, second, *_ = STEP_TARGETS
    (Path("out") / first).mkdir(parents=True)
    (Path("out") / second).symlink_to(first)
    done = generate("lamp.machine", "-t", first, "-t", second, "-o", "out")
    assert done.exit_code == 2
    assert "links lead two targets to the same folder" in done.stderr


def test_the_code_of_another_target_stays(toolkit: Toolkit) -> None:
    first, second, *_ = STEP_TARGETS
    generate("lamp.machine", "-t", first, "-o", "out")
    before, toolkit.asked = written(), None
    done = generate("lamp.machine", "-t", second, "-o", "out")
    assert done.exit_code == 2
    assert done.stderr == (
        f"smallbms: out holds the code for {first}\n    choose another folder with -o\n"
    )
    assert toolkit.asked is None
    assert written() == before


def test_the_code_of_another_text_stays(toolkit: Toolkit) -> None:
    generate("lamp.machine", "-t", "c99", "-o", "out")
    before = written()
    Path("other.machine").write_bytes(samples.LAMP.read_bytes())
    done = generate("other.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 2
    assert "out holds the code of lamp.machine" in done.stderr
    assert written() == before


def test_what_was_not_generated_is_never_overwritten(toolkit: Toolkit) -> None:
    Path("out").mkdir()
    (Path("out") / "lamp.c").write_text("by hand\n")
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 2
    assert done.stderr == (
        "smallbms: nothing is written, because this would be overwritten: "
        "out/lamp.c (not generated)\n"
        "    move it away or delete it, or choose another folder with -o\n"
    )
    assert written() == {"lamp.c": b"by hand\n"}


def test_what_would_be_written_anyway_may_lie_there(toolkit: Toolkit) -> None:
    Path("out").mkdir()
    (Path("out") / "lamp.c").write_text("three\n")
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert "unchanged  out/lamp.c " in done.stdout


def test_what_was_changed_by_hand_is_never_overwritten(toolkit: Toolkit) -> None:
    generate("lamp.machine", *EVERY_TARGET, "-o", "out")
    changed = [Path("out") / target / "lamp.c" for target in STEP_TARGETS]
    for path in changed:
        path.write_text("three and a half\n")
    before = written()
    toolkit.texts = {"lamp.h": "one\n", "lamp.c": "two\n"}
    done = generate("lamp.machine", *EVERY_TARGET, "-o", "out")
    assert done.exit_code == 2
    assert all(f"{path} (changed since it was generated)" in done.stderr for path in changed)
    assert written() == before


def test_what_is_generated_is_replaced_when_the_text_changes(toolkit: Toolkit) -> None:
    generate("lamp.machine", "-t", "c99", "-o", "out")
    toolkit.texts = {"lamp.h": "one\ntwo\n", "lamp.c": "changed\n"}
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert "written    out/lamp.c " in done.stdout
    assert "unchanged  out/lamp.h " in done.stdout
    assert written()["lamp.c"] == b"changed\n"


def test_what_is_no_longer_made_is_removed_if_it_was_generated(toolkit: Toolkit) -> None:
    kept = dict(toolkit.texts)
    toolkit.texts = {**kept, "lamp_watch.c": "four\n", "lamp_watch.h": "five\n"}
    generate("lamp.machine", "-t", "c99", "-o", "out")
    (Path("out") / "lamp_watch.h").write_text("five and a half\n")
    (Path("out") / "main.c").write_text("by hand\n")
    toolkit.texts = kept
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 0
    assert_golden("generated_again.txt", done.stdout)
    assert sorted(written()) == ["lamp.c", "lamp.h", "lamp_watch.h", "main.c", "manifest.json"]
    # From now on it is a file like any other.
    assert "lamp_watch" not in generate("lamp.machine", "-t", "c99", "-o", "out").stdout


def test_a_link_in_place_of_a_file_is_not_followed(toolkit: Toolkit) -> None:
    generate("lamp.machine", "-t", "c99", "-o", "out")
    elsewhere = (Path("out") / "lamp.c").rename("elsewhere.c")
    (Path("out") / "lamp.c").symlink_to(elsewhere.absolute())
    toolkit.texts = {"lamp.h": "changed\n", "lamp.c": "changed\n"}
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 2
    assert "out/lamp.c (changed since it was generated)" in done.stderr
    assert elsewhere.read_text() == "three\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"name": "a web page"}', "was not written by smallbms generate"),
        ('{"schema": 2, "target": "c99"}', "has schema 2, and this smallbms knows 1"),
        ('{"schema": 1, "target": "c99"}', "is damaged"),
    ],
)
def test_a_manifest_that_is_not_understood_is_refused(
    toolkit: Toolkit, content: str, told: str
) -> None:
    Path("out").mkdir()
    (Path("out") / "manifest.json").write_text(content)
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 2
    assert f"smallbms: out/manifest.json {told}\n    choose another folder" in done.stderr
    assert toolkit.asked is None
    assert written() == {"manifest.json": content.encode()}


def test_a_folder_in_place_of_a_file_is_refused(toolkit: Toolkit) -> None:
    (Path("out") / "lamp.c").mkdir(parents=True)
    (Path("out") / "manifest.json").mkdir()
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 2
    assert "out/lamp.c (not generated), out/manifest.json (not generated)" in done.stderr
    assert written() == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(toolkit: Toolkit) -> None:
    Path("out").mkdir(mode=0o500)
    done = generate("lamp.machine", "-t", "c99", "-o", "out")
    assert done.exit_code == 2
    assert done.stderr == "smallbms: out: the directory is not writable\n"
    assert toolkit.asked is None


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left")])
def test_a_failure_between_two_targets_leaves_everything_as_it_was(
    toolkit: Toolkit, monkeypatch: pytest.MonkeyPatch, interruption: BaseException
) -> None:
    toolkit.texts["lamp_watch.c"] = "four\n"
    generate("lamp.machine", *EVERY_TARGET, "-o", "out")
    before = written()
    toolkit.texts = {"lamp.h": "changed\n", "lamp.c": "changed\n"}
    replace_, last = Path.replace, list(STEP_TARGETS)[-1]

    def replaced(self: Path, target: Path) -> Path:
        if target.parent.name == last:
            raise interruption
        return replace_(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    done = generate("lamp.machine", *EVERY_TARGET, "-o", "out")
    assert done.exit_code in {2, 130}
    assert done.stderr.count("\n") == 1
    assert written() == before


def test_a_new_folder_is_gone_again_after_a_failure(
    toolkit: Toolkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output, "_stage", fail)
    done = generate("lamp.machine", *EVERY_TARGET, "-o", "out/below")
    assert done.exit_code == 2
    assert "no space left on device" in done.stderr
    assert not Path("out").exists()


def smallbms(*arguments: object, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a process, which can write no file longer than `most_bytes`."""

    def limited() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    return subprocess.run(
        [sys.executable, "-m", "smallbms", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )


@pytest.mark.parametrize("target", STEP_TARGETS)
def test_the_toolkit_itself(tmp_path: Path, target: str) -> None:
    done = smallbms("generate", "-t", target, "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "20 requirements proved for every parameter value" in done.stdout
    made = written(tmp_path / "out")
    recorded = json.loads(made.pop("manifest.json"))
    assert recorded["files"].keys() == made.keys()
    assert all(b"UNVERIFIED" not in content for content in made.values())
    again = smallbms("generate", "-t", target, "-o", tmp_path / "again")
    assert again.returncode == 0
    assert written(tmp_path / "again") == written(tmp_path / "out")


@pytest.mark.parametrize("target", STEP_TARGETS)
def test_unverified_code_says_so(tmp_path: Path, target: str) -> None:
    arguments = ["generate", samples.LAMP, "-t", target, "-o", tmp_path / "out"]
    assert smallbms(*arguments).returncode == 1
    assert not (tmp_path / "out").exists()
    done = smallbms(*arguments, "--unverified")
    assert done.returncode == 0
    assert "smallbms: warning: 4 of 6 requirements are not proved" in done.stderr
    made = written(tmp_path / "out")
    del made["manifest.json"]
    # Whatever a comment looks like, and wherever it is broken.
    words = [re.sub(rb"[\s*#/]+", b" ", content) for content in made.values()]
    assert all(b"UNVERIFIED: L2, L3, L4, L5 not proved" in each for each in words)


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    done = smallbms("generate", *EVERY_TARGET, "-o", tmp_path / "out", most_bytes=8000)
    assert done.returncode == 2
    assert done.stderr.endswith(": file too large\n")
    assert done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []
