"""Figures: which there are, that they are deterministic, and that they show what they should."""

import dataclasses

import numpy as np
import pytest

from tests.made_release import made, rendered
from valuenet.warehouse.release.figures import draw_agreement, draw_circle, draw_figures, draw_label_counts
from valuenet.warehouse.vocabulary import VALUES


def texts_of(figure) -> list[str]:
    axes = [text.get_text() for axes in figure.axes for text in axes.texts]
    return [*axes, *(text.get_text() for text in figure.texts)]


def test_every_figure_is_there_as_png_and_svg():
    names = {name for name in rendered() if name.startswith("figures/")}
    stems = ("labels-original", "labels-balanced", "labels-augmented", "circle", "agreement")
    assert names == {f"figures/{stem}.{kind}" for stem in stems for kind in ("png", "svg")}
    assert all(rendered()[name].startswith(b"\x89PNG") for name in names if name.endswith("png"))


def test_the_same_numbers_give_the_same_bytes_whatever_was_drawn_before():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red"}):
        again = draw_figures(made())
    assert again == {name: data for name, data in rendered().items() if name.startswith("figures/")}
    assert dict(mpl.rcParams) == before


def test_a_simulated_crowd_stands_on_every_figure():
    few = {variant: made().statistics[variant] for variant in ("original",)}
    simulated = dataclasses.replace(made(), platform="simulated", statistics=few, agreement=None)
    drawn = draw_figures(simulated)
    assert {name.partition(".")[0] for name in drawn} == {"figures/labels-original", "figures/circle"}
    assert all(drawn[name] != rendered()[name] for name in drawn)


def test_bars_say_their_numbers_where_there_is_room():
    counts = {value: {"no": 0, "unrelated": 0, "yes": 0} for value in VALUES}
    counts["POWER"] = {"no": 1_200, "unrelated": 3, "yes": 40}
    shown = [text for text in texts_of(draw_label_counts("original", counts, 2_000)) if text]
    assert "1,200" in shown
    assert "1,243" in shown
    assert "3" not in shown
    assert "40" not in shown


def test_what_is_undefined_or_unknown_says_so_instead_of_a_point():
    rows = {
        ("POWER", "observed"): {"estimate": 0.5, "low": 0.4, "high": 0.6},
        ("POWER", "fleiss_kappa"): {"estimate": np.nan, "low": np.nan, "high": np.nan},
        ("ALL", "krippendorff_alpha"): {"estimate": -0.2, "low": np.nan, "high": np.nan},
    }
    figure = draw_agreement(rows)
    texts = texts_of(figure)
    assert texts.count("undefined") == 1
    assert texts.count("no data") == 3 * 11 - 3
    assert figure.axes[2].get_xlim()[0] == pytest.approx(-0.23)


def test_the_area_of_a_wedge_is_its_share_of_the_largest():
    sizes = dict.fromkeys(VALUES, 25) | {"SECURITY": 100}
    wedges = draw_circle(sizes).axes[0].patches[:10]
    heights = [wedge.get_height() for wedge in wedges]
    assert heights[VALUES.index("SECURITY")] == 1
    assert heights[0] == 0.5
    assert draw_circle(dict.fromkeys(VALUES, 0)).axes[0].patches[0].get_height() == 0
