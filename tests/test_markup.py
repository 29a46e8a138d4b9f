"""No widget reads markup: a file called `[@click=app.quit]x[/]` is a name, and `[/` is no error.

Textual's widgets parse plain strings as markup. A `Content` is never parsed, so what a widget is given is
one, visibly, where it is given.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "tui" / "app"
MODULES = sorted(APP.rglob("*.py"))

PARSING = {"Static", "Label", "Button", "Option", "Checkbox", "RadioButton", "Collapsible", "Link", "Digits"}
"""Widgets whose first argument Textual parses when it is a string."""

FORBIDDEN = {"from_markup", "render_markup", "escape_markup", "border_title", "border_subtitle", "tooltip"}
"""Names that lead into markup; `border_title` and `tooltip` parse what they are set to."""


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def contents(tree: ast.Module) -> set[str]:
    """Functions of a module that return a `Content`."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {f.name for f in functions if f.returns is not None and ast.unparse(f.returns) == "Content"}


def is_content(node: ast.expr, known: set[str]) -> bool:
    """Whether an expression is a `Content` by its looks: built, joined, or from a function that says so."""
    if isinstance(node, ast.BinOp):
        return is_content(node.left, known) and is_content(node.right, known)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        return is_content(node.func.value, known)
    return ast.unparse(node.func) in ("Content", "Content.styled") or called(node) in known


def faults(tree: ast.Module) -> list[str]:
    known, found = contents(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN:
            found.append(f"line {node.lineno}: {node.attr}")
        if not isinstance(node, ast.Call):
            continue
        name, keywords = called(node), {k.arg: k.value for k in node.keywords}
        shown = node.args[0] if node.args else keywords.get("content")
        into_widget = name in PARSING or (name == "update" and "query_one" in ast.unparse(node.func))
        if into_widget and shown is not None and not is_content(shown, known):
            found.append(f"line {node.lineno}: {name} is given {ast.unparse(shown)}")
        if name == "OptionList" and "markup" not in keywords:
            found.append(f"line {node.lineno}: OptionList without markup=False")
        if "markup" in keywords and ast.unparse(keywords["markup"]) != "False":
            found.append(f"line {node.lineno}: markup={ast.unparse(keywords['markup'])}")
        if name == "notify" and node.args:
            found.append(f"line {node.lineno}: notify parses its text")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(APP).as_posix())
def test_no_widget_is_given_text_that_it_would_parse(path: Path) -> None:
    assert faults(ast.parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "Static(name)",
        "Static(f'{name}')",
        "Static(content=name)",
        "Option(name, 'id')",
        "OptionList()",
        "Static(Content(name), markup=True)",
        "self.query_one('#x', Static).update(name)",
        "Content.from_markup(name)",
        "self.app.notify(name)",
        "box.border_title = name",
        "Static(Content('a') + name)",
        "Static(', '.join(names))",
    ],
)
def test_the_rule_finds_what_it_is_for(code: str) -> None:
    assert len(faults(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "Static(Content(name))",
        "Static(Content(' ').join(lines))",
        "OptionList(markup=False)",
        "cache.update(name)",
        "wake.notify()",
    ],
)
def test_the_rule_lets_the_rest_pass(code: str) -> None:
    assert faults(ast.parse(code)) == []
