"""Every error a person can meet, worded for that person.

    TtylabelError                 what happened, why, what to do next; carries an exit code
    |-- UsageError         (2)    wrong arguments or configuration
    |   |-- ConfigError           a setting that cannot be read
    |   |-- ModelError            a model that is absent, damaged or of another kind
    |   `-- TerminalError         no terminal, or one too small
    |-- InputError         (1)    one file of the user's that cannot be used; the rest goes on
    |   |-- ImageError            an image that cannot be decoded
    |   `-- LabelFileError        a label file that cannot be read (it is never replaced)
    |-- FetchError         (1)    a published file that could not be fetched
    |-- SaveError          (3)    something that had to be written was not
    |   `-- ConflictError         the file changed on disk since it was read
    `-- HeldError          (4)    another session holds the dataset

A programming error is an ordinary exception and ends in the log file, not here.
"""

from __future__ import annotations


class TtylabelError(Exception):
    """An expected failure: `what` happened, `why`, and `fix`, the next step, each a plain sentence part.

    The texts may hold foreign strings (file names, file content); whoever shows them passes them
    through `tui.types.text.printable` first.
    """

    exit_code = 1

    def __init__(self, what: str, why: str = "", fix: str = "") -> None:
        self.what, self.why, self.fix = what, why, fix
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """`what: why. fix` with the empty parts left out."""
        head = f"{self.what}: {self.why}" if self.why else self.what
        return f"{head}. {self.fix}" if self.fix else head


class UsageError(TtylabelError):
    """Wrong arguments or configuration."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting that cannot be read."""


class ModelError(UsageError):
    """A model that is absent, damaged, or of another kind than its manifest says."""


class TerminalError(UsageError):
    """There is no terminal, or it cannot show the program."""


class InputError(TtylabelError):
    """One file of the user's that cannot be used."""


class ImageError(InputError):
    """An image that cannot be decoded."""


class LabelFileError(InputError):
    """A label file that cannot be read; it blocks editing of its image and is never replaced."""


class FetchError(TtylabelError):
    """A published file that could not be fetched; its name on this disk is not taken."""


class SaveError(TtylabelError):
    """Something that had to be written could not be; the old content is still there."""

    exit_code = 3


class ConflictError(SaveError):
    """The file changed on disk since it was read."""


class HeldError(TtylabelError):
    """Another session holds the dataset."""

    exit_code = 4
