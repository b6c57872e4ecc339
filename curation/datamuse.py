"""Related words: from Datamuse, with every answer kept on disk, or from such a recording alone."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, Self
from urllib.parse import quote

import requests
from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, TypeAdapter, ValidationError

from valuenet.curation.retrying import is_outage, seconds_asked, seconds_to_wait
from valuenet.warehouse.errors import InputError, OutageError
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.whole_files import write_whole

#: Similar meaning; often used to describe; strongly associated with.
Relation = Literal["ml", "rel_jjb", "rel_trg"]


class ScoredWord(NamedTuple):
    """A word and how strongly it is related, where the service says so; scores of two relations do not compare."""

    word: str
    score: float | None = None


class RelatedWords(Protocol):
    """Who knows which words are related."""

    def related(self, word: str, relation: Relation, limit: int) -> Sequence[ScoredWord]:
        """Return at most ``limit`` words, best first; empty where none is known."""
        ...


class DatamuseError(InputError):
    """Datamuse gave no usable answer."""


class DatamuseOutageError(OutageError):
    """Datamuse is busy, or cannot be reached."""


class DailyLimitError(DatamuseError):
    """All requests of the day are used up."""


class RecordingError(InputError):
    """A recording cannot be read, or does not hold an answer that is asked for."""


class Answer(BaseModel):
    """One answer as it lies on disk, with the question."""

    relation: Relation
    word: str
    limit: PositiveInt
    words: list[ScoredWord]

    def holds(self, limit: int) -> bool:
        """Whether the best ``limit`` words can be told: as many were asked for, or there are no more."""
        return self.limit >= limit or len(self.words) < self.limit


class DatamuseSettings(Settings):
    """How Datamuse is asked."""

    base_url: str = "https://api.datamuse.com"
    """Address of the service."""
    timeout: PositiveFloat = 20.0
    """Seconds to wait for an answer."""
    attempts: PositiveInt = 5
    """Attempts per question."""
    daily_limit: int = Field(default=100_000, ge=1, le=100_000)
    """Requests a day, repeated ones included; 100,000 are allowed without a key."""


class DatamuseClient:
    """Datamuse over HTTP. An answer is asked for once; the folder ``cache`` is a recording for ``RecordedWords``."""

    def __init__(
        self,
        cache: Path,
        settings: DatamuseSettings | None = None,
        *,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cache = cache
        self._settings = settings or DatamuseSettings()
        self._today = today
        self._sleep = sleep
        self._session = requests.Session()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._session.close()

    def related(self, word: str, relation: Relation, limit: int) -> Sequence[ScoredWord]:
        """Return at most ``limit`` words, best first.

        Raises:
            DatamuseError: if the service refuses, or the day's requests are used up.
            DatamuseOutageError: if it is busy, or cannot be reached.
        """
        file = self._cache / f"{relation}={quote(word, safe='')}&max={limit}.json"
        if file.is_file():
            return _read_answers(file)[0].words
        answer = Answer(relation=relation, word=word, limit=limit, words=self._ask(word, relation, limit))
        write_whole(file, answer.model_dump_json(indent=1))
        return answer.words

    def _ask(self, word: str, relation: Relation, limit: int) -> list[ScoredWord]:
        url, failures = f"{self._settings.base_url.rstrip('/')}/words", 0
        question: dict[str, str] = {relation: word, "max": str(limit)}
        while True:
            self._count_request()
            try:
                response = self._session.get(url, params=question, timeout=self._settings.timeout)
                response.raise_for_status()
                return _parse(response.json(), limit)
            except requests.RequestException as error:
                failures += 1
                wait = seconds_to_wait(error, failures)
                if wait is None or failures >= self._settings.attempts:
                    said = _say(url, f"{relation}={word}", error, failures)
                    if is_outage(error):
                        raise DatamuseOutageError(said, seconds_asked(error)) from None
                    raise DatamuseError(said) from None
            self._sleep(wait)

    def _count_request(self) -> None:
        """Add one to the requests of the day: a byte at the end of a file, which two processes can do at once."""
        self._cache.mkdir(parents=True, exist_ok=True)
        with (self._cache / f"requests-{self._today():%Y-%m-%d}.count").open("ab") as counter:
            counter.write(b".")
            used = counter.tell()
        if used > self._settings.daily_limit:
            raise DailyLimitError(
                f"the {self._settings.daily_limit:,} Datamuse requests of today are used up; run the same command "
                "tomorrow, what was answered is kept"
            )


class RecordedWords:
    """Datamuse's answers from a recording: a folder a ``DatamuseClient`` filled, or one JSON file of its answers."""

    def __init__(self, recording: Path) -> None:
        files = sorted(recording.glob("*.json")) if recording.is_dir() else [recording]
        self._recording = recording
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        for answer in (answer for file in files for answer in _read_answers(file)):
            self._answers.setdefault((answer.relation, answer.word), []).append(answer)

    def related(self, word: str, relation: Relation, limit: int) -> Sequence[ScoredWord]:
        """Return at most ``limit`` words, best first.

        Raises:
            RecordingError: if this was not recorded; the message says how to record it.
        """
        for answer in self._answers.get((relation, word), []):
            if answer.holds(limit):
                return answer.words[:limit]
        raise RecordingError(
            f"{self._recording} holds no answer to {relation}={word} with {limit} words; record it by running the same "
            "command once with Datamuse itself, whose cache folder is a recording"
        )


def _read_answers(file: Path) -> list[Answer]:
    try:
        answers = json.loads(file.read_text(encoding="utf-8"))
        return TypeAdapter(list[Answer]).validate_python(answers if isinstance(answers, list) else [answers])
    except (OSError, ValueError) as error:
        what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise RecordingError(
            f"{file} is not a recording of Datamuse's answers ({what}); remove it or record anew"
        ) from None


def _parse(answer: Any, limit: int) -> list[ScoredWord]:
    """Return the words of an answer of the service; only ``word`` is certain to stand in an entry."""
    entries: Iterable[Any] = answer if isinstance(answer, list) else [answer]
    try:
        words = [ScoredWord(entry["word"], entry.get("score")) for entry in entries]
    except (TypeError, KeyError, AttributeError):
        raise DatamuseError("Datamuse's answer is not a list of words; is base_url the right address?") from None
    odd = next((word for word in words if not isinstance(word.word, str) or not word.word.strip()), None)
    if odd is not None:
        raise DatamuseError(f"Datamuse answered {odd.word!r} where a word is wanted; nothing of the answer was kept")
    return words[:limit]


def _say(url: str, question: str, error: requests.RequestException, failures: int) -> str:
    what = f"answered {error.response.status_code}" if error.response is not None else type(error).__name__
    return f"{url} ({question}): {what} after {failures} attempt(s); run the same command later, or set a recording"
