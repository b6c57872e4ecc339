"""How a value model is trained. The defaults are what one encoder does best by; the paper's are a preset.

From many rows a model learns best to answer for all ten values in one pass; from few, where each value has hardly any
rows of its own, it learns more when it is told the value (docs/quality.md). What some settings are where nobody says
them depends on the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from valuenet.models.encoding.encoders import FASTTEXT, PACKAGED
from valuenet.models.training.settings import LearningSettings
from valuenet.models.values.encoder import Head
from valuenet.models.values.prompts import PromptStyle

#: From so many labelled rows on ``auto`` is one pass for all values (docs/quality.md).
MANY_ROWS = 1500

#: What holds, unless it is said, for a model that is told the value.
TOLD_A_VALUE: Mapping[str, Any] = MappingProxyType(
    {
        "layer_decay": 1.0,
        "head_factor": 1.0,
        "best_by": "mse",
    }
)


#: So many passes and more have their epoch chosen, unless it is said that the last one is kept.
_MANY_EPOCHS = 4


def _promise_nothing(schema: dict[str, Any]) -> None:
    """Take the defaults out of the schema that depend on the prompt: a form that filled them in would say them."""
    for name in TOLD_A_VALUE:
        schema["properties"][name].pop("default", None)


class ValueTrainingSettings(LearningSettings):
    """What a value model is, and how it learns. Where it is told the value, `TOLD_A_VALUE` is the default."""

    model_config = ConfigDict(json_schema_extra=_promise_nothing)

    encoder: str = PACKAGED
    """The packaged `minilm` or `mpnet`, a folder, the name of an encoder on the hub, or `fasttext`, which has none."""
    companion: str | None = Field(default=None, min_length=1)
    """A second encoder, kept frozen: the model is an ensemble with MLP heads on its vectors, weight 0.5 each."""
    teacher: str | None = Field(default=None, min_length=1)
    """A second encoder, never trained: heads on its vectors say what to learn of the values that nobody judged."""
    teacher_weight: PositiveFloat = 3.0
    """What the teacher's answers count in the loss, where the labels count 1."""
    head: Head = "classes"
    """Three classes with cross-entropy, or one utility 2*sigmoid(x)-1 with squared error."""
    prompt: Literal["auto"] | PromptStyle = "auto"
    """Value told by `token`, name (`pair`) or `definition`; `none`: all at once; `auto`: that from 1,500 rows."""
    targets: Literal["labels", "votes"] = "labels"
    """Learn the agreed label, or the shares of the workers' votes where the release has their judgements."""
    epochs: PositiveInt = 3
    """Passes over the training rows, at most."""
    min_steps: int = Field(default=200, ge=0)
    """Least number of steps: a small set gets more passes than `epochs`; 0 takes `epochs` as it stands."""
    learning_rate: PositiveFloat = 5e-5
    """Highest learning rate; it falls to 0 in a straight line. A large encoder wants less than a small one."""
    layer_decay: float = Field(default=0.9, gt=0, le=1)
    """Factor on the learning rate for each layer further from the head; 1 (where the value is told): all the same."""
    head_factor: PositiveFloat = 10.0
    """Factor on the learning rate for the new head, which knows nothing yet; 1 where the value is told."""
    label_smoothing: float = Field(default=0.05, ge=0, lt=1)
    """Share of each label that is spread over the three classes (classes head only)."""
    frozen_layers: int = Field(default=0, ge=0)
    """Layers, counted from the embeddings, that stay as they were pretrained, with the embeddings; 0 trains all."""
    class_weights: Literal["none", "balanced"] = "none"
    """`balanced` weighs each class by its rarity in the training rows (classes head only)."""
    best_by: Literal["mse", "accuracy", "last"] = "last"
    """What validation chooses the epoch by (`mse` where the value is told, or from 4 epochs); `last` keeps the last."""
    early_stopping_patience: int = Field(default=2, ge=0)
    """Stop after so many epochs without a better one; 0, and `last`, never stop early."""

    @model_validator(mode="after")
    def _unsaid_suits_prompt(self) -> Self:
        defaults = {} if self.prompt in ("auto", "none") else TOLD_A_VALUE
        # Written past pydantic, so that they are still unsaid should the prompt change.
        self.__dict__.update({name: default for name, default in defaults.items() if name not in self.model_fields_set})
        return self

    @model_serializer(mode="wrap")
    def _leave_unsaid(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what nobody said and the prompt decides, so that it is still unsaid for whoever reads it."""
        written: dict[str, Any] = handler(self)
        return {
            name: value for name, value in written.items() if name not in TOLD_A_VALUE or name in self.model_fields_set
        }

    @model_validator(mode="after")
    def _head_suits_encoder(self) -> Self:
        if self.encoder == FASTTEXT and self.head != "classes":
            raise ValueError("encoder 'fasttext' has three classes only; say head='classes'")
        if self.companion is not None and (self.encoder == FASTTEXT or self.head != "classes"):
            raise ValueError(
                f"companion {self.companion!r} shares in probabilities of an encoder; say head='classes' and an encoder"
            )
        if self.teacher is not None and (self.encoder == FASTTEXT or (self.head, self.prompt) != ("classes", "none")):
            raise ValueError(
                f"teacher {self.teacher!r} answers for all ten values in probabilities; say head='classes', "
                "prompt='none' and an encoder"
            )
        return self

    @property
    def style(self) -> PromptStyle:
        """How the value is told.

        Raises:
            ValueError: where the rows were not known yet that decide it.
        """
        if self.prompt == "auto":
            raise ValueError("the prompt is decided by the training rows; settle it by for_rows")
        return self.prompt

    def for_rows(self, pairs: int, texts: int) -> Self:
        """Return the settings for a training set: its prompt decided, few rows passed over more often, with patience.

        A set that makes 200 steps in its epochs is left as it is. One that is passed over more often has its epoch
        chosen, since the last need not be the best then.

        Args:
            pairs: labelled rows.
            texts: distinct texts among them.
        """
        if self.prompt == "auto":
            prompt = "none" if pairs >= MANY_ROWS and self.encoder != FASTTEXT else "pair"
            settled = type(self).model_validate(self.model_dump(exclude_unset=True) | {"prompt": prompt})
            return settled.for_rows(pairs, texts)
        rows = texts if self.prompt == "none" else pairs
        epochs = max(self.epochs, ceil(self.min_steps / ceil(max(rows, 1) / self.batch_size)))
        changes = {name: getattr(self, name) for name in TOLD_A_VALUE} | {"epochs": epochs, "min_steps": 0}
        if epochs > self.epochs:
            patience = self.early_stopping_patience
            changes["early_stopping_patience"] = patience and max(patience, epochs // 2)
        keeps_last = self.best_by == "last" and epochs == self.epochs
        if not keeps_last or ("best_by" not in self.model_fields_set and epochs >= _MANY_EPOCHS):
            changes["best_by"] = "mse" if self.best_by == "last" else self.best_by
        return self.model_copy(update=changes)


def paper_preset(encoder: str = "bert-base-uncased") -> ValueTrainingSettings:
    """Return the training of the paper: special token, regression, 40 epochs at 5e-6 (its BERT needs the hub).

    Source: Qiu et al. 2022, "Value Modeling"; what it leaves open (batch size, decay) is the usual choice for BERT.
    """
    return ValueTrainingSettings(
        encoder=encoder,
        head="regression",
        prompt="token",
        epochs=40,
        min_steps=0,
        learning_rate=5e-6,
        warmup=0.0,
        label_smoothing=0.0,
        weight_average=0.0,
        early_stopping_patience=0,
    )
