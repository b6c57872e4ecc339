"""What a campaign costs with all fees, told before anything is published."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.warehouse.errors import InputError

_CENT = Decimal("0.01")


class CostCeilingError(InputError):
    """Publishing would cost more than the settings allow."""


class CostForecast(NamedTuple):
    """The most a number of HITs can cost, in US dollars; fees on bonuses stand among the fees."""

    hits: int = 0
    assignments: int = 0
    rewards: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    bonuses: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """Return rewards, fees and bonuses together."""
        return self.rewards + self.fees + self.bonuses

    def plus(self, other: "CostForecast") -> "CostForecast":
        """Return both together."""
        return CostForecast(
            self.hits + other.hits,
            self.assignments + other.assignments,
            self.rewards + other.rewards,
            self.fees + other.fees,
            self.bonuses + other.bonuses,
        )

    def sentence(self) -> str:
        """Return the forecast in words, as in '2 surveys with 8 assignments: ... together at most $4.80'."""
        return (
            f"{self.hits:,} surveys with {self.assignments:,} assignments: rewards ${self.rewards:,.2f}, fees "
            f"${self.fees:,.2f}, bonuses ${self.bonuses:,.2f}, together at most ${self.total:,.2f}"
        )


def forecast_costs(workers_per_hit: Iterable[int], settings: MTurkSettings) -> CostForecast:
    """Return what HITs cost that are opened for so many workers each, if every place is taken and every bonus earned.

    Source: MTurk's price list (20 % of reward and bonus, 40 % of the reward from 10 assignments, 5 % for masters).
    """
    forecast = CostForecast()
    for workers in workers_per_hit:
        forecast = forecast.plus(_hit_cost(workers, settings.reward, settings))
    return forecast


def _hit_cost(workers: int, reward: Decimal, settings: MTurkSettings) -> CostForecast:
    bonus_fee = max(settings.minimum_fee, _cents(settings.bonus * settings.fee_rate)) if settings.bonus else Decimal(0)
    fees = workers * (assignment_fee(workers, reward, settings) + bonus_fee)
    return CostForecast(1, workers, workers * reward, fees, workers * settings.bonus)


def assignment_fee(workers: int, reward: Decimal, settings: MTurkSettings) -> Decimal:
    """Return MTurk's fee for one assignment of a HIT opened for ``workers`` people, rounded up to the cent."""
    rate = settings.large_fee_rate if workers >= settings.large_from else settings.fee_rate
    if settings.masters:
        rate += settings.masters_fee_rate
    return max(settings.minimum_fee, _cents(reward * rate))


def committed_cost(hits: Iterable[tuple[int, Decimal]], settings: MTurkSettings) -> CostForecast:
    """Return what HITs that are open already can cost, each given as its number of places and its reward."""
    forecast = CostForecast()
    for workers, reward in hits:
        forecast = forecast.plus(_hit_cost(workers, reward, settings))
    return forecast


def extension_cost(places: int, more: int, settings: MTurkSettings) -> CostForecast:
    """Return what ``more`` places cost in a HIT that was opened for ``places``."""
    before, after = forecast_costs([places], settings), forecast_costs([places + more], settings)
    fees, bonuses = after.fees - before.fees, after.bonuses - before.bonuses
    return CostForecast(1, more, after.rewards - before.rewards, fees, bonuses)


def check_ceiling(committed: CostForecast, wanted: CostForecast, settings: MTurkSettings) -> None:
    """Refuse what would lift the whole campaign above its ceiling.

    Raises:
        CostCeilingError: naming what is committed, what is wanted, and the ceiling.
    """
    together = committed.total + wanted.total
    if wanted.total and together > settings.max_cost:
        raise CostCeilingError(
            f"publishing would commit ${together:,.2f} (so far ${committed.total:,.2f}; now {wanted.sentence()}), "
            f"above max_cost=${settings.max_cost:,.2f}; nothing was opened: raise it or ask less"
        )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_CEILING)
