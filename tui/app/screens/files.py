"""The list of files: any number of them, each with its mark, found by number, name or pattern."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.content import Content
from textual.widgets import Input
from textual.worker import get_current_worker

from tui.app.filelist import MARKS, FileList, Found
from tui.app.screens.panel import ListPanel
from tui.app.widgets.rows import Rows
from tui.types.text import printable

_STYLES = {"accepted": "$success", "corrected": "$success", "proposed": "$warning", "rejected": "$error"}


class FilesPanel(ListPanel):
    """The answer is the index of the image that was taken."""

    def __init__(self, files: FileList, current: int) -> None:
        super().__init__(
            f"{len(files):,} images",
            self._line,
            count=len(files),
            cursor=current,
            search="name, #number, /pattern/ or =mark",
        )
        self._files, self._current = files, current
        self._found = Found()

    def hint(self) -> str:
        signs = [f"{sign} {name or 'no labels'}" for name, (sign, _) in MARKS.items() if name != "todo"]
        return "\n".join(
            ("Enter opens · Esc closes", *("  ".join(signs[at : at + 3]) for at in range(0, len(signs), 3)))
        )

    def _line(self, row: int) -> Content:
        index = self._index(row)
        mark = self._files.mark(index)
        sign = Content.styled(f"{MARKS[mark][0]} ", _STYLES.get(mark, ""))
        number = Content.styled(f"{index + 1:>{len(str(len(self._files)))}} ", "dim")
        style = "bold" if index == self._current else ""
        return sign + number + Content.styled(printable(self._files.name(index), 200), style)

    def _index(self, row: int) -> int:
        return row if self._found.indices is None else int(self._found.indices[row])

    @on(Rows.Seen)
    def _seen(self, event: Rows.Seen) -> None:
        indices = [self._index(row) for row in range(event.first, min(event.last, self.rows.count))]
        self.run_worker(partial(self._fetch, indices), thread=True, group="marks", exclusive=True)

    def _fetch(self, indices: list[int]) -> None:
        if self._files.fetch(indices) and not get_current_worker().is_cancelled:
            self.tell(self.rows.refresh)

    @on(Input.Changed)
    def _query(self, event: Input.Changed) -> None:
        search = partial(self._find, event.value)
        self.run_worker(search, thread=True, group="search", exclusive=True)

    def _find(self, query: str) -> None:
        worker = get_current_worker()
        found = self._files.search(query, lambda: not worker.is_cancelled)
        if not worker.is_cancelled:
            self.tell(self._show, query, found)

    def _show(self, query: str, found: Found) -> None:
        if query != self.query_one(Input).value:
            return
        self._found = found
        if found.indices is None:
            line = found.line if query.strip() and not found.fault else self._current
            self.rows.fill(len(self._files), line)
        else:
            self.rows.fill(len(found.indices))
        self.entitle(printable(found.fault) or f"{self.rows.count:,} of {len(self._files):,} images")

    def take(self, index: int) -> None:
        self.answer(self._index(index))
