"""The other half of a terminal: answers to a program's questions, in the order they came."""

from __future__ import annotations

from terminal.parser import Csi, String, Token
from terminal.pen import Pen
from terminal.profiles import Profile
from terminal.screen import Screen

_KNOWN_MODES = {"7", "25", "1004", "1049", "2004"}


class AnsweringScreen(Screen):
    """A screen that answers as its profile does; what it says waits in `replies`, what it was asked is
    noted in `questions`.
    """

    def __init__(self, profile: Profile, cols: int, rows: int, cell: tuple[int, int]) -> None:
        super().__init__(
            cols,
            rows,
            cell=cell,
            kitty=profile.kitty or False,
            sixel=profile.sixel,
            text_erases=profile.text_erases,
            colours=profile.colours,
            tmux=profile.tmux,
        )
        self.profile = profile
        self._late: list[bytes] = []
        """What the terminal around tmux answers: it comes after tmux's own answers."""
        self._outer_pen = Pen()
        self._asked_pen: Pen | None = None
        self.questions: list[str] = []

    def feed(self, data: bytes) -> None:
        super().feed(data)
        self.replies += self._late
        self._late.clear()

    def _take(self, token: Token) -> None:
        super()._take(token)
        answer = self._answer(token)
        if answer:
            self.replies.append(answer.encode())

    def _answer_kitty(self, reply: bytes) -> None:
        (self._late if self.profile.tmux else self.replies).append(reply)

    def _pass_question(self, inner: Csi | String) -> None:
        super()._pass_question(inner)
        outer = self.profile.around
        if outer is None:
            return
        if isinstance(inner, Csi) and inner.final == "m":
            self._outer_pen = self._outer_pen.sgr(inner.params)
            return
        inside, self.profile = self.profile, outer
        self._asked_pen = self._outer_pen
        answer = self._answer(inner)
        self.profile, self._asked_pen = inside, None
        if answer:
            self._late.append(answer.encode())

    def _answer(self, token: Token) -> str | None:
        answer = None
        match token:
            case Csi():
                answer = self._csi_answer(token)
            case String(kind="P", body=body) if body.startswith((b"$q", b"+q")):
                answer = self._setting(body)
            case String(kind="]", body=body) if body[:4] in (b"10;?", b"11;?"):
                answer = self._default_colour(body[:2].decode())
        return answer

    def size_report(self) -> bytes:
        """The unasked report of mode 2048."""
        height, width = self.rows * self.cell[1], self.cols * self.cell[0]
        return f"\x1b[48;{self.rows};{self.cols};{height};{width}t".encode()

    def _csi_answer(self, token: Csi) -> str | None:
        question = f"{token.private}{token.params}{token.intermediates}{token.final}"
        profile = self.profile
        if question == "?2048h" and profile.inband_resize:
            return self.size_report().decode()
        answers = {"c": self._attributes, "0c": self._attributes, ">q": self._version, ">0q": self._version}
        if question in answers:
            return self._asked(question, answers[question]())
        if token.final == "t" and question in {"14t", "16t", "18t"}:
            return self._asked(question, self._window(question))
        if question in {"5n", "6n"}:
            return self._asked(question, self._status(question))
        if token.final == "p" and token.intermediates == "$":
            return self._asked(question, self._mode_state(token.params))
        if token.private == "?" and token.final == "S":
            return self._asked(question, self._sixel_limit(token.params))
        if question == "?u" and profile.kitty_keys:
            return self._asked(question, f"\x1b[?{self.key_flags}u")
        return None

    @property
    def key_flags(self) -> int:
        """Kitty keyboard flags in force."""
        return self.kitty_keys[-1] if self.kitty_keys and self.profile.kitty_keys else 0

    def _asked(self, question: str, answer: str | None) -> str | None:
        self.questions.append(question)
        return answer

    def _attributes(self) -> str | None:
        return f"\x1b[?{self.profile.device_attributes}c" if self.profile.device_attributes else None

    def _version(self) -> str | None:
        return f"\x1bP>|{self.profile.version}\x1b\\" if self.profile.version else None

    def _window(self, question: str) -> str | None:
        if not self.profile.window_reports:
            return None
        width, height = self.cell
        return {
            "14t": f"\x1b[4;{self.rows * height};{self.cols * width}t",
            "16t": f"\x1b[6;{height};{width}t",
            "18t": f"\x1b[8;{self.rows};{self.cols}t",
        }[question]

    def _status(self, question: str) -> str | None:
        if not self.profile.cursor_reports:
            return None
        row, col = self.cursor
        return f"\x1b[{row + 1};{col + 1}R" if question == "6n" else "\x1b[0n"

    def _mode_state(self, mode: str) -> str | None:
        if not self.profile.mode_reports:
            return None
        offered = {"2026": self.profile.sync, "2048": self.profile.inband_resize}
        state = 0
        if offered.get(mode, mode in _KNOWN_MODES):
            state = 1 if mode in self.modes else 2
        return f"\x1b[?{mode};{state}$y"

    def _sixel_limit(self, params: str) -> str | None:
        if self.profile.sixel is None:
            return None
        if params.startswith("1;"):
            return f"\x1b[?1;0;{self.profile.sixel_registers}S"
        width, height = self.profile.sixel.max_wh or (self.cols * self.cell[0], self.rows * self.cell[1])
        return f"\x1b[?2;0;{width};{height}S"

    def _setting(self, body: bytes) -> str | None:
        self.questions.append(body.decode("ascii", "replace"))
        if not self.profile.setting_reports:
            return None
        if body != b"$qm":
            return f"\x1bP0{chr(body[0])}r\x1b\\"
        paper = (self._asked_pen or self.page.pen).bg
        if isinstance(paper, tuple) and self.profile.setting_reports == "palette":
            paper = 16
        kept = "" if paper is None else f";48:5:{paper}"
        if isinstance(paper, tuple):
            kept = ";48:2::" + ":".join(map(str, paper))
        return f"\x1bP1$r0{kept}m\x1b\\"

    def _default_colour(self, which: str) -> str | None:
        self.questions.append(f"OSC {which}")
        if not self.profile.version:
            return None
        value = "e5e5/e5e5/e5e5" if which == "10" else "0000/0000/0000"
        return f"\x1b]{which};rgb:{value}\x1b\\"
