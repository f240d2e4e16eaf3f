"""The errors that a person is meant to read: a stable code, a sentence, and whether trying again can help."""


class ArchiveError(Exception):
    """Base of every error that this project raises on purpose.

    `code` is stable (scripts and SQL filter on it), `message` says what happened and what to do next. `permanent`
    errors never pass by waiting: the same input will fail the same way until somebody changes it.
    """

    permanent: bool = True

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"[{code}] {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["ArchiveError"], tuple[str, str]]:
        return type(self), (self.code, self.message)  # survives the trip between processes


class MediaError(ArchiveError):
    """A video that can never be processed as it is: not a video, encrypted, no frame that decodes."""


class ConfigurationError(ArchiveError):
    """Something a person wrote is wrong: a collection file, a setting, the name of a model."""


class MissingInputError(ConfigurationError):
    """What one video lacks and others may have: it was not registered, not made or not kept. It holds no other up."""


class PassingError(ArchiveError):
    """Something that may work later: a server that does not answer, a full disk, a file still being written."""

    permanent = False


TABLE_DAMAGED = "table_damaged"
FILE_REPLACED = "file_replaced"
"""Another file lies where one was being read: only the next look can take that one."""


class DamagedTableError(PassingError):
    """A table of the lake that cannot be read. Its stage computes it again once it is out of the way."""

    def __init__(self, table: str, why: object) -> None:
        text = " ".join(str(why).split())[:200]
        super().__init__(
            TABLE_DAMAGED,
            f"{table} cannot be read ({text}). Nothing else is lost: `archive-pipeline repair` has it made again.",
        )
        self.table = table
        """Where it lies, as `Lake.discard` takes it."""
        self.why = text

    def __reduce__(self) -> tuple[type["DamagedTableError"], tuple[str, str]]:
        return type(self), (self.table, self.why)


class RequestError(ArchiveError):
    """A question that cannot be answered as it was asked: no words in it, an unknown collection, a broken picture."""


class UnknownNameError(RequestError):
    """A name in a question that nothing has; `near`: those that there are and that it may mean, likeliest first."""

    def __init__(self, code: str, message: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(code, message)
        self.near = near

    def __reduce__(self) -> tuple[type["UnknownNameError"], tuple[str, str, tuple[str, ...]]]:  # type: ignore[override]
        return type(self), (self.code, self.message, self.near)
