"""A text cut into pieces that the page shades by what each word adds to a utility."""

from __future__ import annotations

from pydantic import BaseModel

from valuenet.models.serve.messages import Words
from valuenet.models.serve.picture import signed

#: From this contribution on a word is shaded, in three strengths.
_STRENGTHS = (0.02, 0.08, 0.2)


class Piece(BaseModel):
    """Some characters of the text; ``css`` is empty where they carry next to nothing."""

    text: str
    css: str = ""
    number: str = ""


class Marks(BaseModel):
    """The whole text in pieces, and what stands below it."""

    pieces: list[Piece]
    summary: str


def mark_words(text: str, words: Words) -> Marks:
    """Return ``text`` in pieces (together they are the text) and the strongest words in a sentence."""
    pieces, done = [], 0
    for word in words.words:
        css = _shade(word.contribution)
        if css:
            pieces += [Piece(text=text[done : word.start])] if word.start > done else []
            pieces.append(Piece(text=text[word.start : word.end], css=css, number=signed(word.contribution)))
            done = word.end
    pieces += [Piece(text=text[done:])] if done < len(text) else []
    return Marks(pieces=pieces, summary=_summary(words))


def _shade(contribution: float) -> str:
    strength = sum(abs(contribution) >= least for least in _STRENGTHS)
    return f"{'up' if contribution > 0 else 'down'}{strength}" if strength else ""


def _summary(words: Words) -> str:
    ranked = sorted(words.words, key=lambda word: -abs(word.contribution))
    strongest = [f"{word.word} {signed(word.contribution)}" for word in ranked[:3] if _shade(word.contribution)]
    carried = ", ".join(strongest) or "no word stands out"
    return (
        f"{carried}. With every word masked the utility is {signed(words.baseline)}; with them {signed(words.utility)}."
    )
