import numpy as np
import pytest

from valuenet.models.interpret.radar import draw_radar
from valuenet.models.reporting.figures import FigureError, value_colours
from valuenet.models.values.figures import draw_confusion
from valuenet.models.values.metrics import evaluate_utilities
from valuenet.warehouse.vocabulary import VALUES

METRICS = evaluate_utilities([0.9, -0.6, 0.2], [1, 1, 0], ["POWER"] * 3)
PROFILES = {"I miss mom": np.linspace(-1, 1, 10), "forcing my daughter": np.zeros(10)}


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_figures_are_the_same_bytes_each_time(tmp_path, suffix):
    for name in ("one", "two"):
        draw_confusion(METRICS, tmp_path / f"confusion-{name}.{suffix}")
        draw_radar(PROFILES, tmp_path / f"radar-{name}.{suffix}")
    for figure in ("confusion", "radar"):
        one, two = ((tmp_path / f"{figure}-{name}.{suffix}").read_bytes() for name in ("one", "two"))
        assert one == two
        assert len(one) > 5000


def test_an_svg_holds_no_date(tmp_path):
    draw_confusion(METRICS, tmp_path / "figure.svg")
    assert "dc:date" not in (tmp_path / "figure.svg").read_text()


def test_another_profile_gives_another_radar(tmp_path):
    draw_radar({"a": np.zeros(10)}, tmp_path / "one.png")
    draw_radar({"a": np.ones(10)}, tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() != (tmp_path / "two.png").read_bytes()


def test_neighbours_of_one_group_share_its_colour():
    colours = dict(zip(VALUES, value_colours(), strict=True))
    assert len(set(colours.values())) == 4
    assert colours["SECURITY"] == colours["TRADITION"] != colours["POWER"]


@pytest.mark.parametrize("profile", [np.zeros(9), np.full(10, 1.5), np.full(10, np.nan)])
def test_a_profile_that_is_not_ten_utilities_is_refused(tmp_path, profile):
    with pytest.raises(FigureError, match="profile 'x' is not ten utilities"):
        draw_radar({"x": profile}, tmp_path / "radar.png")


def test_no_profile_and_an_unknown_kind_of_file_are_refused(tmp_path):
    with pytest.raises(FigureError, match="no profile to draw"):
        draw_radar({}, tmp_path / "radar.png")
    with pytest.raises(FigureError, match=r"cannot draw .*radar\.gif'; name it \.png or \.svg"):
        draw_radar(PROFILES, tmp_path / "radar.gif")
    assert list(tmp_path.iterdir()) == []
