"""The public names: each is found, and a type checker sees the same ones."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import krakenkit

SOURCE = Path(krakenkit.__file__)


def names_for_checkers() -> set[str]:
    tree = ast.parse(SOURCE.read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def test_checkers_and_programs_see_the_same_names() -> None:
    assert names_for_checkers() == set(krakenkit._HOME_OF)


@pytest.mark.parametrize("name", sorted(krakenkit._HOME_OF))
def test_every_public_name_loads(name: str) -> None:
    assert getattr(krakenkit, name) is not None
    assert name in dir(krakenkit)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'KrakenClient'"):
        krakenkit.KrakenClient  # noqa: B018
