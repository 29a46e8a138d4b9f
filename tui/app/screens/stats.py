"""Counts, box sizes, progress and pace; counted in a thread while it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import accumulate

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from tui.app.pace import Pace
from tui.app.screens.panel import Panel
from tui.data.tally import Tally
from tui.types.text import printable

_CLASSES = 12
_BAR = 18
Count = Callable[[Callable[[Tally], bool]], Tally]


class StatsPanel(Panel):
    """`count` counts the dataset and reports how far it is; `total` is how many images there are."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    StatsPanel PlotWidget { height: 12; background: $panel; }
    StatsPanel PlotWidget > .plot--axis { color: $text-muted; }
    StatsPanel PlotWidget > .plot--tick { color: $text; text-style: none; }
    StatsPanel VerticalScroll { scrollbar-size-vertical: 1; }
    StatsPanel Static { height: auto; }
    """

    def __init__(self, count: Count, total: int, names: tuple[str, ...], pace: Pace) -> None:
        super().__init__()
        self._count, self._total, self._names, self._pace = count, total, names, pace

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="panel wide", can_focus=False):
            yield Static(Content("Statistics · ↓ ↑ scroll · any other key closes"), classes="hint")
            yield Static(Content("Counting…"), id="counts")
            yield Static(id="classes")
            yield Static(Content("Instances: height over width, % of the image"), classes="hint", id="sizes")
            yield Static(Content(pace_text(self._pace)), classes="hint", id="pace")

    def on_mount(self) -> None:
        self.run_worker(self._work, thread=True)

    def pressed(self, event: events.Key) -> None:
        scroll = self.query_one(VerticalScroll)
        moves = {
            "down": scroll.scroll_down,
            "j": scroll.scroll_down,
            "up": scroll.scroll_up,
            "k": scroll.scroll_up,
            "space": scroll.scroll_page_down,
            "pagedown": scroll.scroll_page_down,
            "pageup": scroll.scroll_page_up,
        }
        move = moves.get(event.key)
        if move is None:
            self.answer(None)
        else:
            move(animate=False)

    def _work(self) -> None:
        # The plots' library takes a third of a second to load: not on the event loop.
        from textual_plot import PlotWidget

        worker = get_current_worker()
        plots = [PlotWidget(allow_pan_and_zoom=False, id=f"{what}-plot") for what in ("sizes", "pace")]
        if worker.is_cancelled:
            return
        self.tell(self._add, plots)

        def report(tally: Tally) -> bool:
            if not worker.is_cancelled:
                self.tell(self._show, deepcopy(tally))
            return not worker.is_cancelled

        done = self._count(report)
        if not worker.is_cancelled:
            self.tell(self._show, done)

    async def _add(self, plots: Sequence[Widget]) -> None:
        """Put each plot below its title."""
        for plot, title in zip(plots, ("#sizes", "#pace"), strict=True):
            plot.can_focus = False
            await self.query_one(VerticalScroll).mount(plot, after=title)
            if self._answered:
                return
        self._show_pace()

    def _show(self, tally: Tally) -> None:
        from textual_plot import HiResMode, PlotWidget

        self.query_one("#counts", Static).update(Content("\n".join(counts_text(tally, self._total))))
        self.query_one("#classes", Static).update(Content("\n".join(class_bars(tally, self._names))))
        plot = self.query_one("#sizes-plot", PlotWidget)
        plot.clear()
        if tally.sizes:
            widths, heights = zip(*tally.sizes, strict=True)
            plot.scatter(
                [w * 100 for w in widths],
                [h * 100 for h in heights],
                marker_style=self.app.theme_variables.get("primary", "white"),
                hires_mode=HiResMode.HALFBLOCK,
            )
            plot.set_xlimits(0, 100)
            plot.set_ylimits(0, 100)

    def _show_pace(self) -> None:
        from textual_plot import HiResMode, PlotWidget

        plot = self.query_one("#pace-plot", PlotWidget)
        minutes = [second / 60 for second in self._pace.done]
        if len(minutes) > 1:
            plot.plot(minutes, list(accumulate([1] * len(minutes))), hires_mode=HiResMode.HALFBLOCK)
        plot.display = len(minutes) > 1


def counts_text(tally: Tally, total: int) -> list[str]:
    """The counts as lines."""
    done = tally.labelled + tally.empty
    share = f"{done / tally.seen:.0%}" if tally.seen else "–"
    bar = round(_BAR * done / tally.seen) if tally.seen else 0
    far = "" if tally.seen >= total else f" (of {total:,}, still counting)"
    return [
        f"{tally.seen:,} images{far}",
        f"{'█' * bar}{'░' * (_BAR - bar)} {share} labelled",
        f"{tally.labelled:,} with objects, {tally.empty:,} empty, {tally.unlabelled:,} to do"
        + (f", {tally.unreadable:,} unreadable" if tally.unreadable else ""),
        f"{tally.instances:,} instances",
        "",
    ]


def class_bars(tally: Tally, names: tuple[str, ...]) -> list[str]:
    """A bar for each of the most frequent classes."""
    shown = tally.by_class.most_common(_CLASSES)
    most = shown[0][1] if shown else 1
    lines = []
    for class_id, count in shown:
        name = names[class_id] if class_id < len(names) else f"class {class_id}"
        bar = "█" * max(1, round(_BAR * count / most))
        lines.append(f"{printable(name, 14):<14.14} {bar:<{_BAR}} {count:,}")
    if len(tally.by_class) > len(shown):
        lines.append(f"… and {len(tally.by_class) - len(shown)} more classes")
    return [*lines, ""] if lines else lines


def pace_text(pace: Pace) -> str:
    """The pace of this session in a line."""
    counts = ((len(pace.kept), "kept"), (len(pace.judged), "judged"))
    what = ", ".join(f"{count} {word}" for count, word in counts if count)
    if not what:
        return "Pace: nothing was kept or judged in this session yet"
    return (
        f"Pace: {what} in {pace.seconds / 60:.1f} min, {pace.per_minute:.1f} a minute, "
        f"{pace.keys_each:.1f} keys each"
    )
