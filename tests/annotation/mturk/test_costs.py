from decimal import Decimal

import pytest
from pydantic import ValidationError

from valuenet.annotation.mturk.costs import (
    CostCeilingError,
    CostForecast,
    assignment_fee,
    check_ceiling,
    committed_cost,
    extension_cost,
    forecast_costs,
)
from valuenet.annotation.mturk.settings import MTurkSettings


def test_two_surveys_for_four_at_half_a_dollar_cost_four_dollars_and_eighty_cents_of_fees():
    forecast = forecast_costs([4, 4], MTurkSettings())
    assert forecast == CostForecast(2, 8, Decimal("4.00"), Decimal("0.80"), Decimal(0))
    assert forecast.total == Decimal("4.80")
    assert forecast.sentence() == (
        "2 surveys with 8 assignments: rewards $4.00, fees $0.80, bonuses $0.00, together at most $4.80"
    )


def test_a_campaign_of_the_papers_size_is_forecast():
    forecast = forecast_costs([4] * 2672, MTurkSettings())
    assert (forecast.assignments, forecast.total) == (10_688, Decimal("6412.80"))


def test_ten_workers_or_more_in_one_hit_cost_forty_percent():
    settings = MTurkSettings()
    assert assignment_fee(9, Decimal("0.50"), settings) == Decimal("0.10")
    assert assignment_fee(10, Decimal("0.50"), settings) == Decimal("0.20")


def test_the_least_fee_is_a_cent_and_parts_of_a_cent_are_rounded_up():
    assert assignment_fee(1, Decimal("0.01"), MTurkSettings()) == Decimal("0.01")
    assert assignment_fee(1, Decimal("0.11"), MTurkSettings()) == Decimal("0.03")


def test_masters_cost_five_percent_more():
    assert assignment_fee(4, Decimal("1.00"), MTurkSettings(masters=True)) == Decimal("0.25")


def test_a_bonus_has_its_own_fee():
    forecast = forecast_costs([4], MTurkSettings(bonus="0.10"))
    assert (forecast.bonuses, forecast.fees) == (Decimal("0.40"), Decimal("0.48"))


def test_more_places_cost_what_they_add():
    assert extension_cost(4, 2, MTurkSettings()) == CostForecast(1, 2, Decimal("1.00"), Decimal("0.20"), Decimal(0))


def test_the_ceiling_counts_what_is_open_already_at_the_reward_it_was_opened_with():
    settings = MTurkSettings(max_cost="7.19")
    committed = committed_cost([(4, Decimal("0.50"))], settings)
    check_ceiling(committed, CostForecast(), MTurkSettings(max_cost="0.00"))
    with pytest.raises(CostCeilingError, match=r"would commit \$7\.20 \(so far \$2\.40; .*above max_cost=\$7\.19"):
        check_ceiling(committed, forecast_costs([4, 4], settings), settings)
    check_ceiling(committed, forecast_costs([4, 4], settings), MTurkSettings(max_cost="7.20"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"reward": "0.005"},
        {"reward": "0"},
        {"max_cost": "-1"},
        {"max_cost": "NaN"},
        {"endpoint": "live"},
        {"campaign": "a b"},
        {"countries": ("usa",)},
        {"reject_for": ("prerequisite",)},
        {"minutes_per_survey": 2000, "lifetime_days": 1},
        {"rewards": "1"},
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValidationError):
        MTurkSettings(**wrong)


def test_the_sandbox_is_used_unless_told_otherwise():
    assert "sandbox" in MTurkSettings().url
    assert not MTurkSettings().is_production
    assert MTurkSettings(endpoint="production").is_production
    assert MTurkSettings(endpoint="http://127.0.0.1:1").url == "http://127.0.0.1:1"


def test_every_setting_says_what_it_means():
    assert not [name for name, field in MTurkSettings.model_fields.items() if not field.description]
