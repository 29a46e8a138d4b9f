"""The fuzzy list."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Input, OptionList, Static

from tui.app.screens import pick
from tui.app.screens.pick import Item, Picked, PickScreen, rank

ITEMS = [
    Item("person", "0"),
    Item("bicycle", "1"),
    Item("traffic light", "2"),
    Item("bird", "3", disabled=True),
]


class Host(App[None]):
    """Shows one dialog and keeps its answer."""

    def __init__(self, create: str = "", start: str = "", items: list[Item] = ITEMS) -> None:
        super().__init__()
        self.answers: list[Picked | None] = []
        self._create, self._start, self._items = create, start, items

    def on_mount(self) -> None:
        self.push_screen(
            PickScreen("Class", self._items, create=self._create, start=self._start), self.answers.append
        )


async def answer(keys: str, create: str = "", start: str = "") -> list[Picked | None]:
    app = Host(create, start)
    async with app.run_test() as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        return app.answers


def test_rank_finds_by_scattered_letters() -> None:
    assert rank(ITEMS, "tl")[0].text == "traffic light"
    assert {item.text for item in rank(ITEMS, "bi")} == {"bicycle", "bird"}
    assert rank(ITEMS, "zzz") == []


def test_rank_takes_numbers_and_exact_names_first() -> None:
    assert rank(ITEMS, "2")[0].text == "traffic light"
    many = [Item("bird house", "0"), Item("bird", "1")]
    assert rank(many, "bird")[0].value == "1"


def test_other_words_for_it_are_found_too() -> None:
    items = [Item("Put instances onto the next image", "a", also="propagate"), Item("Propose all", "b")]
    assert rank(items, "propag")[0].value == "a"


def test_rank_is_bounded() -> None:
    assert len(rank([Item(f"class {i}", str(i)) for i in range(5000)], "class")) == 200


def test_what_cannot_be_chosen_comes_last_and_whole_words_first() -> None:
    accept = Item("Choose a class for the proposal", "a", disabled=True, also="class… proposal.choose")
    show = Item("Clear all scenes so far", "b", also="look.show")
    choose = Item("Choose a class from the list", "c", also="class… class.choose")
    assert [item.value for item in rank([accept, show, choose], "class")] == ["c", "b", "a"]


def test_of_a_long_list_few_are_scored_and_the_right_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[str] = []

    class Counting(pick.Matcher):
        def match(self, candidate: str) -> float:
            scored.append(candidate)
            return super().match(candidate)

    monkeypatch.setattr(pick, "Matcher", Counting)
    items = [Item(f"class {i}", str(i), also=f"c{i}") for i in range(10_000)]
    for query, first in (("class", "0"), ("9999", "9999"), ("class 9998", "9998"), ("c7777", "7777")):
        assert rank(items, query)[0].value == first
    assert rank(items, "cl9997")[0].value == "9997"
    assert len(scored) <= 5 * 2 * 400


async def test_enter_takes_the_first_match() -> None:
    assert await answer("t r a enter") == [Picked("2")]


async def test_cursor_keys_choose() -> None:
    assert await answer("down enter") == [Picked("1")]


async def test_escape_answers_none() -> None:
    assert await answer("p escape") == [None]


async def test_disabled_items_cannot_be_taken() -> None:
    assert await answer("b i r d enter") == []


async def test_new_name_is_offered_and_marked() -> None:
    assert await answer("f o x enter", create="Add class") == [Picked("fox", created=True)]
    assert await answer("f o x enter") == []


async def test_markup_in_names_is_literal() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        await app.push_screen(PickScreen("Class", [Item("[@click=app.quit]x[/", "0")]))
        await pilot.pause()
        prompt = app.screen.query_one(OptionList).get_option_at_index(0).prompt
        assert str(prompt).startswith("[@click=app.quit]x[/")
        assert isinstance(app.screen.focused, Input)


async def test_enter_alone_takes_what_is_in_use() -> None:
    assert await answer("enter", start="2") == [Picked("2")]
    assert await answer("enter", start="3") == [Picked("0")]
    assert await answer("b enter", start="2") == [Picked("1")]


@pytest.mark.parametrize("start", [0, 13, 14, 21])
async def test_the_line_in_front_is_in_sight_when_a_list_opens(start: int) -> None:
    items = [Item(f"class {number}", str(number)) for number in range(22)]
    app = Host(items=items, start=str(start))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        options = app.screen.query_one(OptionList)
        assert options.highlighted == start
        line = options.region.y + start - options.scroll_offset.y
        assert options.region.y <= line < min(options.region.bottom, options.parent.region.bottom)


async def test_a_list_longer_than_the_screen_says_so_and_is_seen_to_its_end() -> None:
    app = Host(items=[Item(f"class {number}", str(number)) for number in range(22)])
    async with app.run_test(size=(80, 24)) as pilot:
        title, options = app.screen.query_one("#title", Static), app.screen.query_one(OptionList)
        assert str(title.content) == "Class · 22 in all, ↓ ↑ show more"
        await pilot.press(*["down"] * 21)
        await pilot.pause()
        last = options.region.y + 21 - options.scroll_offset.y
        assert last < min(options.region.bottom, options.parent.region.bottom)
        await pilot.press(*"class 1")
        assert str(title.content) == "Class"
