"""How a value model is trained. The defaults are what did best on the published data; the paper's are a preset."""

from __future__ import annotations

from math import ceil
from typing import Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from models.encoders import FASTTEXT, PACKAGED, Head
from models.learning_settings import LearningSettings
from models.prompts import PromptStyle


class ValueTrainingSettings(LearningSettings):
    """What a value model is, and how it learns."""

    encoder: str = PACKAGED
    """The packaged `minilm` or `mpnet`, a folder, the name of an encoder on the hub, or `fasttext`, which has none."""
    companion: str | None = Field(default=None, min_length=1)
    """A second encoder, named alike but never trained: small heads on its vectors give half of each probability."""
    head: Head = "classes"
    """Three classes with cross-entropy, or one utility 2*sigmoid(x)-1 with squared error."""
    prompt: PromptStyle = "pair"
    """How the value is told: by a special token, its name, or name and definition; `none` answers for all at once."""
    targets: Literal["labels", "votes"] = "labels"
    """Learn the agreed label, or the shares of the workers' votes where the release has their judgements."""
    epochs: PositiveInt = 3
    """Passes over the training rows, at most."""
    min_steps: int = Field(default=200, ge=0)
    """Least number of steps: a small set gets more passes than `epochs`; 0 takes `epochs` as it stands."""
    learning_rate: PositiveFloat = 5e-5
    """Highest learning rate; it falls to 0 in a straight line."""
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    """Factor on the learning rate for each layer further from the head; 1 is the same for all."""
    head_factor: PositiveFloat = 1.0
    """Factor on the learning rate for the new head: what knows nothing yet may move faster."""
    label_smoothing: float = Field(default=0.05, ge=0, lt=1)
    """Share of each label that is spread over the three classes (classes head only)."""
    frozen_layers: int = Field(default=0, ge=0)
    """Layers, counted from the embeddings, that stay as they were pretrained, with the embeddings; 0 trains all."""
    class_weights: Literal["none", "balanced"] = "none"
    """`balanced` weighs each class by its rarity in the training rows (classes head only)."""
    best_by: Literal["mse", "accuracy", "last"] = "mse"
    """What the validation rows choose the epoch by; `last` keeps the last one (few rows choose by chance)."""
    early_stopping_patience: int = Field(default=2, ge=0)
    """Stop after so many epochs without a better one; 0 never stops early."""

    @model_validator(mode="after")
    def _head_suits_encoder(self) -> Self:
        if self.encoder == FASTTEXT and self.head != "classes":
            raise ValueError("encoder 'fasttext' has three classes only; say head='classes'")
        if self.companion is not None and (self.encoder == FASTTEXT or self.head != "classes"):
            raise ValueError(
                f"companion {self.companion!r} shares in probabilities of an encoder; say head='classes' and an encoder"
            )
        return self

    def for_rows(self, rows: int) -> Self:
        """Return the settings for so many training rows: few rows are passed over more often, and given more patience.

        A set that makes 200 steps in its epochs is left as it is. One that is passed over more often has its epoch
        chosen, since the last need not be the best then.
        """
        epochs = ceil(self.min_steps / ceil(max(rows, 1) / self.batch_size))
        if epochs <= self.epochs:
            return self.model_copy(update={"min_steps": 0})
        patience = self.early_stopping_patience and max(self.early_stopping_patience, epochs // 2)
        best_by = "mse" if self.best_by == "last" else self.best_by
        changes = {"epochs": epochs, "early_stopping_patience": patience, "min_steps": 0, "best_by": best_by}
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
