"""The two kinds of trouble a command tells apart; every small exception beside its code is one of them."""


class InputError(ValueError):
    """Something a user gave is wrong. The message names the value, the place and the next action (exit code 2)."""


class PeoplePendingError(RuntimeError):
    """Nothing is wrong; people have not answered yet. The same command goes on later (exit code 75)."""
