"""The kinds of trouble a command tells apart; every small exception beside its code is one of them."""


class InputError(ValueError):
    """Something a user gave is wrong. The message names the value, the place and the next action (exit code 2)."""


class PeoplePendingError(RuntimeError):
    """Nothing is wrong; people have not answered yet. The same command goes on later (exit code 75)."""


class StorageError(RuntimeError):
    """Something could not be written or read (disk full, no permission, server gone). Nothing is half written."""


class OutageError(StorageError):
    """A service elsewhere is busy or cannot be reached. Steps try again; the same command later goes on (exit code 75).

    Attributes:
        retry_after: seconds the service asks to wait; None where it does not say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
