"""The closed sets every table speaks in: values, their circle and groups, categories, labels and utilities."""

from difflib import get_close_matches
from types import MappingProxyType

from valuenet.warehouse.errors import InputError

#: The ten basic values in their order on the circle (Schwartz 2012); the last is next to the first.
VALUES = (
    "SELF-DIRECTION",
    "STIMULATION",
    "HEDONISM",
    "ACHIEVEMENT",
    "POWER",
    "SECURITY",
    "CONFORMITY",
    "TRADITION",
    "BENEVOLENCE",
    "UNIVERSALISM",
)

#: Higher-order group of each value, as VALUENET assigns them (hedonism also borders openness to change).
GROUPS = MappingProxyType(
    {
        "SELF-DIRECTION": "openness to change",
        "STIMULATION": "openness to change",
        "HEDONISM": "self-enhancement",
        "ACHIEVEMENT": "self-enhancement",
        "POWER": "self-enhancement",
        "SECURITY": "conservation",
        "CONFORMITY": "conservation",
        "TRADITION": "conservation",
        "BENEVOLENCE": "self-transcendence",
        "UNIVERSALISM": "self-transcendence",
    }
)

#: The order V(s) is printed in by the paper (equation before 1). Arrays of ten follow ``VALUES``, never this.
PAPER_ORDER = (
    "SECURITY",
    "POWER",
    "ACHIEVEMENT",
    "HEDONISM",
    "STIMULATION",
    "SELF-DIRECTION",
    "UNIVERSALISM",
    "BENEVOLENCE",
    "CONFORMITY",
    "TRADITION",
)

#: The twenty categories of ValueEval'23, in the order that is part of its format.
CATEGORIES = (
    "Self-direction: thought",
    "Self-direction: action",
    "Stimulation",
    "Hedonism",
    "Achievement",
    "Power: dominance",
    "Power: resources",
    "Face",
    "Security: personal",
    "Security: societal",
    "Tradition",
    "Conformity: rules",
    "Conformity: interpersonal",
    "Humility",
    "Benevolence: caring",
    "Benevolence: dependability",
    "Universalism: concern",
    "Universalism: nature",
    "Universalism: tolerance",
    "Universalism: objectivity",
)

#: Category -> value. Face and Humility lie between two values and map to none.
CROSSWALK = MappingProxyType(
    {c: (c.split(":")[0].upper() if c.split(":")[0].upper() in VALUES else None) for c in CATEGORIES}
)

#: Dimensions of feeling that people rate and models read, on the scale 1 to 5 (EmoBank).
DIMENSIONS = ("valence", "arousal")

#: Answers of a judge, from hindering to promoting. The index is the class id in a release.
LABELS = ("no", "unrelated", "yes")
UTILITIES = MappingProxyType({"no": -1, "unrelated": 0, "yes": 1})
LABEL_OF_UTILITY = MappingProxyType({u: label for label, u in UTILITIES.items()})

TIERS = ("definition", "association", "embedding")
RELATIONS = ("published", "seed", "ml", "rel_jjb", "rel_trg", "glove")
FIELDS = ("situation", "rule_of_thumb", "action")
FORMS = ("lemma", "stem")
SPLITS = ("train", "validation", "test")
VARIANTS = ("original", "balanced", "augmented")

#: Personal data that is replaced in texts by a placeholder of its kind, such as ``[EMAIL]``.
PII_KINDS = ("email", "url", "phone", "user", "name", "address", "id", "birthdate")

#: Why a post or comment of a community is not used, in the order the filters are asked. The texts of those before
#: `crisis` are not kept at all; the others keep theirs, since a thread reads on through them.
REDDIT_FILTERS = (
    "withdrawn",
    "deleted",
    "removed",
    "deleted-later",
    "author-gone",
    "bot",
    "stickied",
    "moderator",
    "crisis",
    "crosspost",
    "link-only",
    "too-short",
    "not-english",
    "duplicate",
)
REDDIT_TEXT_NOT_KEPT = REDDIT_FILTERS[: REDDIT_FILTERS.index("crisis")]


class UnknownValueError(InputError):
    """A name is not one of the ten values."""


def parse_value(name: str) -> str:
    """Return the code of the value ``name`` stands for (``self direction``, ``[BENEVOLENCE]``, ``SEC``).

    Raises:
        UnknownValueError: naming what was read and the nearest value.
    """
    plain = name.strip().strip("[]$").strip().upper().replace("_", "-").replace(" ", "-")
    if plain in VALUES:
        return plain
    if plain in _ABBREVIATIONS:
        return _ABBREVIATIONS[plain]
    near = get_close_matches(plain, VALUES, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the ten values are {', '.join(VALUES)}"
    raise UnknownValueError(f"unknown value {name!r}; {hint}")


_ABBREVIATIONS = MappingProxyType({"SD": "SELF-DIRECTION", **{v[:3]: v for v in VALUES if v != "SELF-DIRECTION"}})
