"""The service: a page for people, JSON for programs, one model behind both."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware

from valuenet.models.interpret.explain import explain_text
from valuenet.models.serve.guard import AnswerHeaders, BodyLimit
from valuenet.models.serve.marks import Marks, mark_words
from valuenet.models.serve.messages import Health, Question, Texts, Utilities, Word, Words, check_texts, check_value
from valuenet.models.serve.page import page_headers, render_page
from valuenet.models.serve.settings import ServeSettings
from valuenet.warehouse.errors import InputError

if TYPE_CHECKING:
    from valuenet.models.values.pair_scorer import PairScorer

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class Answerer:
    """One model that answers one request at a time: torch's threads are not shared out among requests."""

    def __init__(self, model: PairScorer, settings: ServeSettings) -> None:
        self.model, self.settings, self._turn = model, settings, Lock()
        # A companion's share has no words to point at.
        self._explained = model.main_alone()

    @property
    def explains_main_alone(self) -> bool:
        """Whether utilities are of a mixture and words of its main model."""
        return self._explained is not self.model

    def utilities(self, texts: list[str]) -> list[list[float]]:
        """Return ten utilities per text, to four places."""
        check_texts(texts, self.settings)
        with self._turn:
            utilities = self.model.predict(texts)
        return [[round(float(utility), 4) for utility in row] for row in utilities]

    def words(self, text: str, value: str) -> Words:
        """Return the words that carry the utility of ``text`` under ``value``."""
        check_texts([text], self.settings)
        name = check_value(value)
        try:
            with self._turn:
                explanation = explain_text(self._explained, text, [name])
        except InputError as error:
            raise HTTPException(422, str(error)) from None
        total = explanation.totals.iloc[0]
        columns = ["word", "start", "end", "contribution"]
        words = [Word(**dict(zip(columns, row, strict=True))) for row in explanation.words[columns].to_numpy().tolist()]
        numbers = {key: float(total[key]) for key in ("utility", "baseline", "error")}
        return Words(value=name, **numbers, words=words)


def make_app(model: PairScorer, settings: ServeSettings, *, hosts: tuple[str, ...] = LOCAL_HOSTS) -> FastAPI:
    """Return the service of ``model``; requests that name another host than ``hosts`` are refused (``*`` takes all).

    ``GET /`` the page, ``POST /`` its form, ``POST /predict`` {"texts"}, ``POST /explain`` {"text", "value"},
    ``GET /health``, ``GET /openapi.json``. Too much in one body is 413, anything else that is wrong 422, each with a
    sentence in ``detail``.
    """
    app = FastAPI(title="valuenet", docs_url=None, redoc_url=None)
    answerer = Answerer(model, settings)
    _add_json(app, answerer)
    _add_page(app, answerer)
    app.add_exception_handler(RequestValidationError, _in_a_sentence)
    app.add_middleware(BodyLimit, max_bytes=settings.max_bytes)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(AnswerHeaders, headers=page_headers())
    return app


def _add_json(app: FastAPI, answerer: Answerer) -> None:
    record = answerer.model.record

    @app.post("/predict")
    def predict(asked: Texts) -> Utilities:
        return Utilities(utilities=answerer.utilities(asked.texts))

    @app.post("/explain")
    def explain(asked: Question) -> Words:
        return answerer.words(asked.text, asked.value)

    @app.post("/marks", include_in_schema=False)
    def marks(asked: Question) -> Marks:
        return mark_words(asked.text, answerer.words(asked.text, asked.value))

    @app.get("/health")
    async def health() -> Health:
        return Health(recipe=record.recipe, encoder=_model_name(answerer), limits=answerer.settings)


def _add_page(app: FastAPI, answerer: Answerer) -> None:
    options: dict[str, Any] = {
        "model": _model_name(answerer),
        "limit": answerer.settings.max_characters,
        "main_alone": answerer.explains_main_alone,
    }

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def form() -> str:
        return render_page(**options)

    @app.post("/", response_class=HTMLResponse, include_in_schema=False)
    async def answer(request: Request) -> HTMLResponse:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        text, value = (fields.get(name, [""])[0].replace("\r\n", "\n").strip() for name in ("text", "value"))
        try:
            contents = await run_in_threadpool(_filled, answerer, text, value)
        except HTTPException as refusal:
            page = render_page(**options, said=text, trouble=_for_a_reader(str(refusal.detail)))
            return HTMLResponse(page, status_code=refusal.status_code)
        return HTMLResponse(render_page(**options, said=text, **contents))


def _filled(answerer: Answerer, text: str, value: str) -> dict[str, Any]:
    utilities = answerer.utilities([text])[0]
    if not value:
        return {"utilities": utilities}
    words = answerer.words(text, value)
    return {"utilities": utilities, "words": (words.value, mark_words(text, words))}


def _for_a_reader(detail: str) -> str:
    """Return the sentence without the place in a batch, which a page with one text has not."""
    words = detail.removeprefix("text 1 of 1 ")
    if words == detail:  # not about the text
        return f"{detail[:1].upper()}{detail[1:]}."
    return "Please write something first." if words.startswith("is blank") else f"The text {words}."


def _model_name(answerer: Answerer) -> str:
    """Return the encoder's name; of a folder only its last part, which tells nothing of the machine."""
    return str(answerer.model.record.settings.encoder).rstrip("/").rsplit("/", 1)[-1]


async def _in_a_sentence(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001  FastAPI's form
    """Answer a body of the wrong form: where, and what was wanted."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    first = problems[0] if problems else {"loc": ("body",), "msg": "not understood"}
    field = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"detail": f"{field}: {first['msg']}"}, status_code=422)
