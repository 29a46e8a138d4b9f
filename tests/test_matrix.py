"""Every row of the matrix has a test whose name carries the row's id, or a reason why not."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from matrix import ROWS, UNTESTED

TESTS = Path(__file__).resolve().parent
IDS = "|".join(sorted((row.lower() for row in ROWS), key=len, reverse=True))
LEADING = re.compile(rf"test_(?:(?:{IDS})_)+")


@cache
def names_of_tests() -> list[str]:
    """The names of all test functions, read from the sources."""
    return [
        node.name
        for path in TESTS.rglob("test_*.py")
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def rows_of(name: str) -> set[str]:
    """The ids that a test's name begins with: `test_a1_a2_...` has two."""
    found = LEADING.match(name)
    return {part.upper() for part in found[0].removeprefix("test_").strip("_").split("_")} if found else set()


def test_ids_are_read_from_names() -> None:
    assert rows_of("test_a1_a10_words") == {"A1", "A10"}
    assert rows_of("test_a10_words") == {"A10"}
    assert rows_of("test_any_a1_words") == set()
    assert rows_of("test_a1words") == set()


def test_every_row_has_a_test_or_a_reason() -> None:
    tested = set[str]().union(*map(rows_of, names_of_tests()))
    assert sorted(set(ROWS) - tested - set(UNTESTED)) == []


def test_no_reason_is_given_for_what_is_tested() -> None:
    tested = set[str]().union(*map(rows_of, names_of_tests()))
    assert sorted(set(UNTESTED) & tested) == []
    assert set(UNTESTED) <= set(ROWS)


def test_no_test_carries_an_id_that_does_not_exist() -> None:
    wrong = [
        name
        for name in names_of_tests()
        if (found := re.match(r"test_([abcdeimsy]\d{1,2})_", name)) and found[1].upper() not in ROWS
    ]
    assert wrong == []
