"""Preprocessing: the text of a file with its headers in it and its macros expanded.

Done by pcpp, with as little of it as will do: what a compiler decides by macros of its own is
refused, and so is whatever two preprocessors might read in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pcpp

from verify.translation.c.headers import HEADERS
from verify.translation.evaluated import NotUnderstood

_DIRECTIVES = frozenset({"include", "define", "undef", "ifdef", "ifndef", "else", "endif"})
# C++ compilers have it, C compilers never.
_NEVER_DEFINED = "__cplusplus"
# What stands for an operator or a number to others, and for two to pcpp.
_SPLIT = re.compile(r"\^ =|\d\w*[uUlL] [uUlL]{1,2}|\d+ \.|\. \d\w*")
_RESERVED = re.compile(r"_[A-Z_]\w*")
_ALLOWED = "_Bool"
_KEYWORDS = """
_Bool auto bool break case char const continue default defined do double else enum extern false
float for goto if inline int long register restrict return short signed sizeof static struct
switch true typedef union unsigned void volatile while
"""
_OWN_WORDS = {*_KEYWORDS.split(), *re.findall(r"\w+_t\b", "".join(HEADERS.values()))}
# At the front of a file.
_NOTHING = r"(?s)(?>\s+|/\*.*?\*/|//[^\n]*\n)*"
# Text that is read in two ways: characters written with three, a comment or a word that goes on.
_DOUBTFUL = {
    r"\?\?[=/'()!<>-]": "a trigraph",
    r"//[^\n]*\\[ \t]*\n": "a comment that goes on in the next line",
    r"[^\s\\]\\[ \t]*\n[^\s]": "a word that may go on in the next line",
}


def preprocess(sources: Mapping[str, str], file: str) -> str:
    """The text of `file`, one of `sources`, for a parser; ``#line`` says where each line is from.

    Raises:
        NotUnderstood: A header is not there, or something is decided by who compiles.
    """
    texts = {name: text.replace("\r\n", "\n") for name, text in sources.items()}
    if file not in texts:
        raise NotUnderstood(f"there is no {file}")
    preprocessor = _Preprocessor(texts)
    return "".join(preprocessor.lines(file))


class _Preprocessor(pcpp.Preprocessor):  # type: ignore[misc]
    """pcpp, told to read no files, to say nothing, and to leave nothing open."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts
        self._included: set[str] = set()
        self.auto_pragma_once_enabled = False
        # Left as they are, so that they are found and refused.
        self.expand_linemacro = self.expand_filemacro = self.expand_countermacro = False
        for each in ("__DATE__", "__TIME__", "__PCPP__"):
            self.undef(each)

    def lines(self, file: str) -> Iterator[str]:
        """The tokens of `file`, with a ``#line`` wherever the line is not the next."""
        self._check_text(file)
        self.parse(self._texts[file], file)
        at: tuple[str, int] | None = None
        last: Any = None
        apart = True
        while (token := self.token()) is not None:
            if token.type in self.t_WS or token.type in self.t_COMMENT:
                apart = True
                continue
            here = (token.source or file, token.lineno)
            self._check_word(token, here)
            if here != at:
                yield f'\n#line {here[1]} "{here[0]}"\n'
            elif apart or not _SPLIT.fullmatch(f"{last.value} {token.value}"):
                yield " "
            yield token.value
            at, last, apart = here, token, False
        yield "\n"

    def include(self, tokens: Any, original_line: Any) -> Iterator[Any]:
        """The tokens of a header."""
        place = _place(self.lastdirective)
        named = re.fullmatch(r'"([^"]+)"|<([^>]+)>', "".join(each.value for each in tokens))
        if named is None:
            raise NotUnderstood("a header is included that is not named", place)
        own, system = named.groups()
        if own in self._texts and own not in HEADERS:
            self._check_text(own)
            name, text = own, self._texts[own]
        elif (own or system) in HEADERS and not HEADERS.keys() & self._texts.keys():
            name = own or system
            text = HEADERS[name]
        else:
            raise NotUnderstood(f"the header {own or system} is not there", place)
        if name in self._included:
            return
        if name in HEADERS:
            # Our own have no guards.
            self._included.add(name)
        if self.include_depth > len(self._texts) + len(HEADERS):
            raise NotUnderstood(f"the header {name} includes itself", place)
        yield from self.parsegen(text, name, name)

    def on_directive_handle(
        self, directive: Any, toks: Any, ifpassthru: bool, precedingtoks: Any
    ) -> bool:
        """Whether a directive is to be obeyed."""
        self.lastdirective = directive
        place = _place(directive)
        words = [each for each in toks if each.type not in self.t_WS]
        if directive.value not in _DIRECTIVES:
            raise NotUnderstood(f"#{directive.value}", place)
        if directive.value in {"define", "undef", "ifdef", "ifndef"}:
            if not words or words[0].type != self.t_ID:
                raise NotUnderstood(f"#{directive.value} of no name", place)
            self._check_named(directive.value, words, place)
        return True

    def on_unknown_macro_in_defined_expr(self, tok: Any) -> bool:
        """Whether a macro is defined that no file defines."""
        name = str(tok.value)
        guard = rf"{_NOTHING}#[ \t]*ifndef[ \t]+{name}\s+#[ \t]*define[ \t]+{name}\b"
        if name != _NEVER_DEFINED and not re.match(guard, self._texts.get(tok.source, "")):
            told = f"whether the macro {name} is defined is up to the compiler"
            raise NotUnderstood(told, _place(tok))
        return False

    def on_error(self, file: str, line: int, msg: str) -> None:
        """Give up."""
        raise NotUnderstood(f"the preprocessor says: {msg}", f"{file}:{line}")

    def _check_text(self, name: str) -> None:
        for pattern, told in _DOUBTFUL.items():
            found = re.search(pattern, self._texts[name])
            if found is not None:
                line = self._texts[name].count("\n", 0, found.start()) + 1
                raise NotUnderstood(told, f"{name}:{line}")

    def _check_named(self, directive: str, words: list[Any], place: str) -> None:
        name = words[0].value
        ours = words[0].source in HEADERS
        changed = directive in {"define", "undef"}
        if changed and not ours and (name in _OWN_WORDS or re.fullmatch("[uUlL]+", name)):
            raise NotUnderstood(f"{name} is given another meaning", place)
        if any(each.value in {"#", "##"} for each in words):
            raise NotUnderstood("a macro that makes words", place)
        if directive != "define" and len(words) > 1:
            raise NotUnderstood(f"#{directive} of more than a name", place)

    def _check_word(self, token: Any, here: tuple[str, int]) -> None:
        if token.type == self.t_ID and token.value != _ALLOWED and _RESERVED.match(token.value):
            place = f"{here[0]}:{here[1]}"
            raise NotUnderstood(f"{token.value} is the compiler's own word", place)


def _place(token: Any) -> str:
    return f"{token.source}:{token.lineno}"
