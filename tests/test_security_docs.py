"""docs/security.md: every threat stands there, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs/security.md").read_text()
NUMBERS = [*range(1, 18), *range(21, 25), 29]
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
ROWS = {int(n): row for n, row in re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE)}


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_each_threat_has_its_row() -> None:
    assert sorted(ROWS) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_each_row_names_a_test(number: int) -> None:
    assert re.search(r"`[\w/]+\.py::test_\w+`", ROWS[number])


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_each_test_that_is_named_exists(file: str, name: str) -> None:
    assert name in functions(file)


def test_whatever_looks_like_a_test_is_written_so_that_it_is_checked() -> None:
    assert len(re.findall(r"::", PAGE)) == len(NAMED)
