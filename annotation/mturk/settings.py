"""What a campaign on MTurk costs, whom it asks, and where it is published: the sandbox, unless told otherwise."""

from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from valuenet.warehouse.settings import Settings

ENDPOINTS = MappingProxyType(
    {
        "sandbox": "https://mturk-requester-sandbox.us-east-1.amazonaws.com",
        "production": "https://mturk-requester.us-east-1.amazonaws.com",
    }
)

Dollars = Annotated[Decimal, Field(ge=0, decimal_places=2, allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Rule = Literal["hidden-checks", "too-fast", "straight-lining"]


class MTurkSettings(Settings):
    """How surveys are published on MTurk and paid for. Amounts are US dollars, best given as text: ``"0.50"``."""

    endpoint: str = Field("sandbox", pattern=r"^(sandbox|production|https?://\S+)$")
    """``sandbox`` (nobody is paid), ``production`` (real people, real money), or the URL of another server."""
    region: str = Field("us-east-1", min_length=1)
    """AWS region; MTurk has only this one."""
    campaign: str = Field("valuenet", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")
    """Name that keeps the surveys of one campaign apart from others in the same account."""
    retries: int = Field(10, ge=0, le=20)
    """How often a call that was throttled, failed on the server or lost its connection is made again."""

    title: str = Field("Does this everyday scenario serve a human value?", min_length=1, max_length=128)
    """Title workers see in the list of tasks."""
    description: str = Field(
        "Read what one human value means, then say for ten short scenarios whether they serve it. Keyboard friendly.",
        min_length=1,
        max_length=2000,
    )
    """Description workers see in the list of tasks."""
    keywords: str = Field("survey, values, judgement, text, english", max_length=1000)
    """Search words, separated by commas."""

    reward: Annotated[Dollars, Field(ge=Decimal("0.01"))] = Decimal("0.50")
    """Paid for one survey."""
    bonus: Dollars = Decimal("0.00")
    """Paid on top for every complete survey of a worker who ends up qualified; 0 for none."""
    max_cost: Dollars = Decimal("100.00")
    """Ceiling for the whole campaign with fees and bonuses; publishing stops before anything above it is opened."""

    minutes_per_survey: PositiveInt = 30
    """Time a worker has for one survey before it is offered to somebody else."""
    lifetime_days: int = Field(14, ge=1, le=365)
    """Days a survey is offered; publishing it again while answers are missing gives it as many more."""
    auto_approval_days: int = Field(7, ge=1, le=30)
    """Days after which MTurk pays work nobody has decided on."""

    test_pass_mark: int = Field(80, ge=1, le=100)
    """Percent of the qualification test (one question per value) a worker must have right to see the surveys."""
    minimum_approval_rate: int = Field(95, ge=0, le=100)
    """Percent of a worker's earlier work that must have been approved; 0 asks for none."""
    countries: tuple[Country, ...] = Field((), max_length=30)
    """Countries (two letters) workers must live in; empty lets everybody in."""
    masters: bool = False
    """Whether only workers MTurk calls masters are asked, for which it takes a surcharge."""
    block_disqualified: bool = False
    """Whether a disqualified worker is also blocked from everything of this account. MTurk may suspend people who are
    blocked often, so the default only takes the campaign's own qualification from them."""

    fee_rate: Share = Decimal("0.20")
    """MTurk's fee as a share of reward and bonus."""
    large_fee_rate: Share = Decimal("0.40")
    """The fee on rewards where a HIT is opened for ``large_from`` workers or more."""
    large_from: PositiveInt = 10
    """From how many workers per HIT MTurk takes ``large_fee_rate``; a smaller HIT is never extended to as many."""
    minimum_fee: Dollars = Decimal("0.01")
    """The least MTurk takes per assignment and per bonus."""
    masters_fee_rate: Share = Decimal("0.05")
    """Surcharge on rewards where ``masters`` is set."""

    pay_failed_prerequisite: bool = True
    """Whether a worker is paid whose survey ended at the first question. They did what was asked; a rejection would
    stand on their record, so the default pays."""
    pay_incomplete: bool = False
    """Whether a form is paid that came back without an answer to every question (the page does not send such)."""
    reject_for: tuple[Rule, ...] = ("too-fast", "straight-lining")
    """Rules of qualification that show no work was done: all assignments of a worker disqualified by one are rejected
    with the reason. Who merely differs from the experts (``hidden-checks``) is paid by default."""

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return ENDPOINTS.get(self.endpoint, self.endpoint)

    @property
    def is_production(self) -> bool:
        """Return whether real people are asked and paid."""
        return self.url == ENDPOINTS["production"]

    @model_validator(mode="after")
    def _survey_ends_within_its_lifetime(self) -> Self:
        if self.minutes_per_survey > self.lifetime_days * 24 * 60:
            raise ValueError(
                f"minutes_per_survey={self.minutes_per_survey} is longer than lifetime_days={self.lifetime_days}"
            )
        return self
