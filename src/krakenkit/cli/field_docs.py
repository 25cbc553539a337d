"""What a request class says about itself: its first line, and the notes below its fields, for the help of commands."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise

from krakenkit.wire.request import Params


def first_line(kind: type) -> str:
    """The first line of a class's docstring, without markup."""
    return plain_words((inspect.getdoc(kind) or "").partition("\n")[0])


def notes_on_fields(kind: type[Params]) -> dict[str, str]:
    """The text below each field that has one, in the class and those it derives from."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, Params) and one is not Params:
            found |= dict(_notes(one))
    return found


def without_markup(text: str) -> str:
    """Docstring text as it reads in a terminal, in its paragraphs."""
    return text.replace("``", "")


def plain_words(text: str) -> str:
    """Docstring text as it reads in a terminal, on one line."""
    return " ".join(without_markup(text).split())


def _notes(kind: type) -> Iterator[tuple[str, str]]:
    """A docstring below a field is no attribute of anything: it is only in the source."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    except (OSError, TypeError):
        return  # no source: the help goes without notes
    if not isinstance(tree, ast.ClassDef):
        return
    for field, below in pairwise(tree.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as text)),
            ):
                yield name, plain_words(text)
            case _:
                pass
