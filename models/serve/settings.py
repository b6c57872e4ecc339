"""What the service takes at most; more is refused with a sentence, before the model sees it."""

from pydantic import PositiveInt

from valuenet.warehouse.settings import Settings


class ServeSettings(Settings):
    """Limits of one request."""

    max_texts: PositiveInt = 256
    """Texts of one batch."""
    max_characters: PositiveInt = 2000
    """Characters of one text."""
    max_bytes: PositiveInt = 1_048_576
    """Bytes of one request's body."""
