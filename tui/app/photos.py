"""The photo on the canvas in the tone that was asked for; toning a large photo is work for a lane."""

from __future__ import annotations

from collections.abc import Callable

from tui.app.lanes import Lane
from tui.app.library import Library
from tui.render.scene import Photo
from tui.render.tone import PLAIN, Tone, toned

Post = Callable[[Callable[[], None]], None]


class Photos:
    """Holds the photo to show. Called from the event loop; `changed` runs there when a toned one is ready."""

    def __init__(
        self, *, post: Post, changed: Callable[[], None], on_error: Callable[[BaseException], None]
    ) -> None:
        self._post, self._changed = post, changed
        self._lane = Lane("tone", ("photo",), on_error)
        self._plain: Photo | None = None
        self._tone = PLAIN
        self.shown: Photo | None = None
        """What the canvas shows: the photo as it is until the toned one is ready."""

    def load(self, library: Library, index: int) -> None:
        """Image `index` of the library is in front now. Nothing is shown while a later one is on its way."""
        found = library.shown(library.path(index))
        self._plain = self.shown = Photo(found[0], found[1].rgb) if found is not None else None
        self._retone()

    def tone(self, tone: Tone) -> None:
        """The tone that is wanted from now on."""
        if tone != self._tone:
            self._tone = tone
            self._retone()

    def close(self) -> None:
        """Stop the lane."""
        self._lane.close(0.5)

    @property
    def busy(self) -> bool:
        """True while a photo is being toned."""
        return self._lane.busy

    def _retone(self) -> None:
        photo, tone = self._plain, self._tone
        if photo is None:
            return
        if tone == PLAIN:
            self.shown = photo
            return

        def work() -> None:
            done = Photo(f"{photo.token}\0{tone}", toned(photo.rgb, tone))
            self._post(lambda: self._done(photo, tone, done))

        self._lane.submit("photo", work)

    def _done(self, photo: Photo, tone: Tone, done: Photo) -> None:
        if photo is self._plain and tone == self._tone:
            self.shown = done
            self._changed()
