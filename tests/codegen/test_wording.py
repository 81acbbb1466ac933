"""Whatever an author writes, comments are comments and the code beside them is the same."""

from __future__ import annotations

import ast
import io
import random
import tokenize
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.c99 import target as c99
from codegen.micropython import target as micropython
from codegen.wording import harmless, sentence, wrapped
from spec.language.reader import read_text
from spec.machine import Machine
from tests.codegen.machines import write
from tests.codegen.toolchain.compilers import CLANG, GCC, Compiler, compile_object
from tests.codegen.toolchain.programs import run

TEXT = """machine lamp  "{0}"

time
    step  1 ms .. 10 ms by 1 ms  source S "{0}"

inputs
    a     : bool                       "{0}"  source S "{0}"
    kind  : {{minor, major}}             "{0}"
    level : 0 V .. 10 V by 1 mV        "{0}"  source F "{0}" read as I1

parameters
    wait  : 20 ms in 10 ms .. 30 ms    "{0}"  source S "{0}"
    limit : 3 V                        "{0}"

define
    high = level > limit and kind is major  "{0}"  for L1

region light                           "{0}"
    mode off  initial, safe            "{0}"
    mode on                            "{0}"
    off -> on  when high and after(wait)  "{0}"  for L1
    on -> off  when not a              "{0}"

outputs
    lamp : {{dark, lit}} = lit when light is on else dark  "{0}"  for L1

requirement L1  "{0}"
    source S "{0}"
    always lamp is lit implies light_was_on or not light_was_on
"""
TEXT = TEXT.replace("light_was_on or not light_was_on", "a or not a")
HARMFUL = (
    "*/ int hidden; /*",
    "/* */ */ // **//",
    "/*/",
    "what??/",
    "a ??'??)??! b???/",
    "\\",
    "ends in \\\\",
    "#define X",
    "'''",
    "line\x0bbreak\x0cpage",
    "\N{FIRE}\N{FIRE} \N{LATIN SMALL LETTER E WITH ACUTE}°µΩ",
    "x" * 300,
    "word " * 100,
    "-" * 120 + " " + "*/" * 70,
    "{{ view }} {% raw %} {# #}",
    "%s %n {0} $HOME `rm`",
    " ",
    ". . .",
)
STRICTER = ("-Wcomment", "-trigraphs", "-Wtrigraphs", "-Wall", "-Wextra")


def lamp(text: str) -> Machine:
    """A machine with `text` wherever there is text."""
    made = put_in(read_text(TEXT.format("harmless"), "lamp.machine")[0], text)
    assert isinstance(made, Machine)
    return made


def put_in(value: Any, text: str) -> Any:
    """`value` with `text` for each ``harmless`` in it, which the language might have refused."""
    if isinstance(value, str):
        return value.replace("harmless", text)
    if isinstance(value, tuple):
        return tuple(put_in(each, text) for each in value)
    if hasattr(value, "__dataclass_fields__"):
        fields = value.__dataclass_fields__
        changes = {name: put_in(getattr(value, name), text) for name in fields if fields[name].init}
        return replace(value, **changes)
    return value


def tokens_of_c(source: Path) -> list[str]:
    """What is left of a file without its comments."""
    flags = ["-E", "-P", "-fpreprocessed", "-dD", *STRICTER]
    return run([GCC.program, *flags, source]).stdout.decode().split()


def tokens_of_python(source: Path) -> str:
    return ast.dump(ast.parse(source.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    written = write(lamp("harmless"), tmp_path_factory.mktemp("plain"), settable=True)
    return meanings(written.files)


def meanings(files: tuple[Path, ...]) -> dict[str, object]:
    """By name, what each file says to a compiler."""
    return {
        file.name: tokens_of_python(file) if file.suffix == ".py" else tokens_of_c(file)
        for file in files
    }


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_changes_the_code(text: str, plain: dict[str, object], tmp_path: Path) -> None:
    written = write(lamp(text), tmp_path, settable=True)
    assert meanings(written.files) == plain
    told = "".join(each.read_text(encoding="utf-8") for each in written.files)
    word = next((each for each in harmless(text).split()), "")
    # The title, sources, the text of each thing, in two languages.
    assert told.count(word) >= 15
    (source,) = written.code.in_language(".c")
    for compiler in (GCC, CLANG):
        compile_object(compiler, source, tmp_path, options=(*STRICTER, *bidirectional(compiler)))


def bidirectional(compiler: Compiler) -> tuple[str, ...]:
    return ("-Wbidi-chars=any",) if compiler is GCC else ()


def some_text(rnd: random.Random) -> str:
    pieces = ("*", "/", "?", "??", "*/", "/*", "\\", " ", "\n", "\t", "'", '"', "#", "a", "\x00")
    return "".join(rnd.choice(pieces) for _ in range(rnd.randint(1, 60)))


def test_random_texts_stay_in_their_comments(tmp_path: Path) -> None:
    rnd = random.Random(9)
    texts = [some_text(rnd) for _ in range(1500)]
    lines = []
    for k, text in enumerate(texts):
        lines += [c99.comment(text), f"int a{k};{c99.remark(text)}", f"int b{k};"]
    source = tmp_path / "commented.c"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    left = "".join(tokens_of_c(source))
    assert left == "".join(f"inta{k};intb{k};" for k in range(len(texts)))
    compile_object(GCC, source, tmp_path, options=STRICTER)
    lines = [f"{micropython.comment(text)}\na{k} = {k}" for k, text in enumerate(texts)]
    tree = ast.parse("\n".join(lines))
    assert len(tree.body) == len(texts)


def test_comments_keep_their_words_and_their_width() -> None:
    rnd = random.Random(10)
    for _ in range(500):
        words = ["w" * rnd.randint(1, 30) for _ in range(rnd.randint(1, 60))]
        text, indent = " ".join(words), rnd.choice((0, 4, 8))
        for comment in (c99.comment(text, indent), micropython.comment(text, indent)):
            said = [each for each in comment.split() if each.strip("/*#")]
            assert said == words
            assert all(len(line) <= 100 for line in comment.split("\n")[1:])
            assert indent + len(comment.split("\n")[0]) <= 100


def test_a_text_that_harms_nobody_stays_what_it_is() -> None:
    for text in ("R05: a/b * c, 50 % of 3 °C; is it?", "a -> b", "x? y", "ΔT ≥ 2 K"):
        assert harmless(text) == text
        assert wrapped(text, 80) == [text]


def test_sentences_begin_with_a_capital_and_end() -> None:
    assert sentence("one", "", "two.", "is it?", "Ω") == "One. Two. Is it? Ω."
    assert sentence() == ""


def test_comments_of_python_are_comments(tmp_path: Path) -> None:
    written = write(lamp("# noqa: \\ '''"), tmp_path, settable=False)
    (module,) = written.code.in_language(".py")
    text = module.read_text(encoding="utf-8")
    kinds = {each.type for each in tokenize.generate_tokens(io.StringIO(text).readline)}
    assert tokenize.COMMENT in kinds
    assert tokenize.ERRORTOKEN not in kinds
