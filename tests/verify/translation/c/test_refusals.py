"""What is not understood is never taken for proved: it is refused, with its place."""

from __future__ import annotations

import pytest

from tests.verify.translation.c.small import FILE, NAME, routine, source
from verify.translation.c.validation import validate
from verify.translation.finding import Finding, Outcome

ENDS = "out->r = 0; out->t = 0;"

# Of each what is said; the mark stands behind the line that is meant.
IN_BODIES = {
    "for (int k = 0; k < 3; k++) { } //!": "a loop",
    "while (in->u8 > 3) { } //!": "a loop",
    "do { } while (0); //!": "a loop",
    "goto end; //!\nend:": "a goto",
    "if (0) {\nend: ; //!\n}": "a label",
    "return;\nwhile (1) { } //!": "a loop",
    "int x[3]; //!": "an array",
    "static int x; //!": "a variable that is static",
    "extern int x; //!": "a variable that is extern",
    "register int x; //!": "a variable that is register",
    "volatile int x = 0; //!": "something that is volatile",
    "float x = 0; //!": "the type float",
    "double x = 1.0; //!": "the type double",
    "char x = 0; //!": "the type char",
    "enum { A, B } x = A; //!": "a variable of an enumerated type",
    "union { int a; } x; //!": "a union",
    "struct inputs x = *in; //!": "a structure that is no parameter",
    "typedef int number; //!": "a type within a function",
    "out->r = 'a'; //!": "the constant 'a'",
    "out->r = sizeof(int); //!": "an operator",
    "out->r = 99999999999999999999; //!": "too large",
    "out->r = 1.5; //!": "the constant 1.5",
    "out->r = (in->u8, 1); //!": "a comma between expressions",
    "out->r = out->t = 1; //!": "an assignment within an expression",
    "int x = 0; out->r = x++; //!": "an operator",
    "int x = 0; out->r = *&x + (x += 1); //!": "an assignment within an expression",
    "int x = 0; int *const *p = &(&x); //!": "a pointer",
    "int x = 0; unsigned *p = &x; //!": "a pointer of another type",
    "int x = 0; long *p = &x; //!": "a pointer of another type",
    "int *p; //!": "p is no number",
    "int x = 0; int *p = &x; p = &x; //!": "an operator",
    "int x = 0; int *p = &x; p++; //!": "the pointer p",
    "if (in) { } //!": "the pointer in",
    "const struct inputs *p = (const struct inputs *)0; //!": "a pointer of this kind",
    "later(out); //!": "later is declared further down",
    "unknown(in->u8); //!": "a call of unknown, which is not defined here",
    "out->r = global; //!": "global, which is no variable of the function",
    "global = 1; //!": "global, which is no variable of the function",
    "out->r = table[1]; //!": "an array",
    "out->r = out->u; //!": "outputs has no u",
    "small(in, out); //!": "small calls itself",
    "out->r = sets(out) + 1; //!": "writes, and is called within an expression",
    "out->r = in->u8 && sets(out); //!": "writes, and is called within an expression",
    "out->r += sets(out); //!": "writes, and is called within an expression",
    "out->r = nothing(); //!": "returns nothing",
    "sets(out, 1); //!": "another number of arguments",
    "sets(in); //!": "a pointer of another type",
    "switch (in->u8) { case 1: break; //!\ncase 1: break; }": "a case that is there twice",
    "switch (in->u8) { default: break; //!\ndefault: break; }": "a case that is there twice",
    "switch (in->u8) { out->r = 1; //!\ncase 1: break; }": "begins without a case",
    "switch (in->u8) { case 1: if (in->s8) {\ncase 2: ; //!\n} }": "a case within another",
    "switch (in->u8) { case 1: break;\nint x; //!\ncase 2: x = 1; }": "a variable in a switch",
    "switch (in->u8) { case 1: if (0) {\ncase 2: ; //!\n} }": "a case within another",
    "switch (in->u8) { case in->u8: break; //!\n}": "a value that must be constant",
    "return 1; //!": "a return that does not fit",
    '__asm__("nop"); //!': "__asm__ is the compiler's own word",
    "out->r = __builtin_abs(1); //!": "__builtin_abs is the compiler's own word",
    "out->r = __LINE__; //!": "__LINE__ is the compiler's own word",
    '_Static_assert(1, ""); //!': "_Static_assert is the compiler's own word",
}
BEFORE = """
int global;
const int table[] = {1, 2};
static int sets(struct outputs *out) { out->t = 5; return 1; }
static void nothing(void) { }
"""


def refused(files: dict[str, str]) -> Finding:
    finding = validate(files, FILE, routine(), NAME)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.reason.startswith("not supported: ")
    return finding


def marked(text: str) -> str:
    lines = [k for k, line in enumerate(text.splitlines(), 1) if line.endswith("//!")]
    return f"{FILE}:{lines[0]}"


@pytest.mark.parametrize("body", IN_BODIES)
def test_a_body_is_refused_at_its_place(body: str) -> None:
    files = source(f"{body}\n{ENDS}", BEFORE)
    files[FILE] += "void later(struct outputs *out) { out->r = 0; }\n"
    finding = refused(files)
    assert IN_BODIES[body] in finding.reason
    assert finding.place == marked(files[FILE])


IN_FILES = {
    "#if 1 //!\n#endif": "#if",
    "#pragma pack(1) //!": "#pragma",
    "#error no //!": "#error",
    '#include "other.h" //!': "the header other.h is not there",
    "#include <math.h> //!": "the header math.h is not there",
    "#include 7 //!": "a header is included that is not named",
    "#ifdef NDEBUG //!\n#endif": "whether the macro NDEBUG is defined is up to the compiler",
    "#ifndef SIZE_MAX //!\n#define SIZE_MAX 7\n#endif": "whether the macro SIZE_MAX is defined",
    "#ifndef __GNUC__ //!\n#endif": "whether the macro __GNUC__ is defined is up to the compiler",
    "#define uint8_t int //!": "uint8_t is given another meaning",
    "#define int long //!": "int is given another meaning",
    "#undef true //!": "true is given another meaning",
    "#define L + 1 //!": "L is given another meaning",
    "#define JOIN(a, b) a ## b //!": "a macro that makes words",
    "#define TEXT(a) #a //!": "a macro that makes words",
    "int f(void) { return 1 +; } //!": "cannot be read as C",
    '#line 7 "other.c" //!': "#line",
    "static int f(void) { return 1; } //!\nstatic int f(void) { return 2; }": "defined twice",
    "int x; // a comment that \\\n goes on": "a comment that goes on",
    "int y = 1??( //!\n;": "a trigraph",
    "#define A 1\\\n2 \nint z = A; //!": "a word that may go on",
}


@pytest.mark.parametrize("before", IN_FILES)
def test_a_file_is_refused_at_its_place(before: str) -> None:
    call = "out->r = f(); " if " f(void)" in before else ""
    files = source(f"{call}{ENDS}", f"{before}\n")
    finding = refused(files)
    assert IN_FILES[before] in finding.reason
    if " +;" in before:
        assert finding.place == FILE
    elif "goes on" not in before and "\\\n" not in before and "f(void) { return 1; }" not in before:
        assert finding.place == marked(files[FILE])


@pytest.mark.parametrize(
    "body",
    [
        "const struct inputs *const same = in; out->r = same->u8 - (*in).u8; out->t = 0;",
        "int x = 0, *p = &x; *p = 5; out->r = x - 5; out->t = *&*p - 5;",
        "int64_t *p = &out->r; *p = 0; out->t = *p;",
        "(void)in; ; { int x; { int x = 0; out->r = x; } x = 0; out->t = x; }",
        "out->r = 0x10U - 020 + 0XfUL - 15LL; out->t = 0uLL;",
        "enum_user(out);",
        "if (in->u8 == 3) { out->r = 0; out->t = 0; return; } out->t = 0; out->r = 0;",
        "out->r = 0; switch (in->u8) { case 1: out->t = 0; break; case 2: default: out->t = 0; }",
        "out->r=0; switch (in->u8) { case 1: case 2: out->r++; out->r--; default: out->t = 0; }",
        "out->r = twice(0) * twice(3); nothing(); out->t = sets(out); out->t -= 1;",
        "bool b = in->u32; out->r = b - (in->u32 != 0); out->t = !b == !in->u32 ? 0 : 1;",
        "uint32_t x = 1; x <<= 3; x |= 1; x ^= 9; x += 7; x -= 7U; x *= 3; x %= 5; x /= 2;"
        "x &= 0; x >>= 1; ++x; x--; out->r = x; out->t = ~x + 1U;",
        "out->r = +0 - -0; out->t = in->u8 * 0;",
        "out->t = MAX(0, -1); out->r = FIRST - 4 + SECOND - 5;",
    ],
)
def test_what_is_understood_is_proved(body: str) -> None:
    before = f"""{BEFORE}
#define MAX(a, b) \\
    (((a) > (b)) ? (a) : (b))
enum {{ FIRST = 4, SECOND }};
static int twice(int x) {{ return x + x; }}
static void enum_user_2(struct outputs *o, uint8_t five);
static void enum_user(struct outputs *o)
{{
    enum_user_2(o, SECOND);
}}
static void enum_user_2(struct outputs *o, const uint8_t five)
{{
    o->r = five - FIRST - 1;
    o->t = 0;
}}
"""
    finding = validate(source(body, before), FILE, routine(), NAME)
    assert (finding.outcome, finding.reason, finding.example) == (Outcome.PROVED, "", None)


def test_a_missing_file_or_function_is_told() -> None:
    assert "there is no else.c" in validate(source(ENDS), "else.c", routine(), NAME).reason
    finding = validate(source(ENDS), FILE, routine(), "other")
    assert finding.outcome is Outcome.DIFFERS
    assert finding.reason == "there is no function other in small.c"


def test_other_parameters_are_told() -> None:
    files = {FILE: source(ENDS)[FILE].replace("const struct inputs *in, ", "")}
    finding = validate(files, FILE, routine(), NAME)
    assert finding.outcome is Outcome.DIFFERS
    assert finding.reason == "small has 1 parameters, 2 are expected"


def test_a_file_that_is_nested_too_deeply_is_refused() -> None:
    finding = refused(source(f"out->r = {'(' * 9000}0{')' * 9000}; out->t = 0;"))
    assert "nested too deeply" in finding.reason


def test_headers_are_included_once_by_their_guards() -> None:
    header = "#ifndef H\n#define H\nstruct inputs;\nstatic int f(void) { return 0; }\n#endif\n"
    files = source("out->r = f(); out->t = 0;", '#include "h.h"\n#include "h.h"\n')
    assert validate({**files, "h.h": header}, FILE, routine(), NAME).outcome is Outcome.PROVED
    finding = refused({**files, "h.h": header.replace("#define H", "")})
    assert finding.place == "h.h:1"
    endless = {**files, "h.h": '#include "h.h"\n'}
    assert "includes itself" in refused(endless).reason
