"""Every column of every table, declared once: its meaning, unit and allowed values. Same quantity, same name."""

from typing import Any

import pandera.pandas as pa

from valuenet.warehouse.vocabulary import FIELDS, FORMS, LABELS, RELATIONS, SPLITS, TIERS, VALUES, VARIANTS


def _text(description: str, **kwargs: Any) -> Any:
    return pa.Field(description=description, **kwargs)


def _count(description: str, at_least: int = 0) -> Any:
    return pa.Field(ge=at_least, description=description)


def _share(description: str, *, nullable: bool = False) -> Any:
    return pa.Field(ge=0, le=1, nullable=nullable, description=description)


# --- what is judged
SCENARIO_ID = _text("Id of a text, made from its words alone; equal texts have equal ids.", str_startswith="s-")
TEXT = _text("The scenario as people wrote it, white space folded.", str_length={"min_value": 1})
VALUE = _text("One of the ten Schwartz values.", isin=VALUES)
CORPUS = _text("Corpus the text comes from; its licence stands in the data card.")
AREA = _text("Part of the corpus (for Social-Chem: confessions, dearabby, rocstories, amitheasshole).")
RULE_ID = _text(
    "Id of a rule of thumb: its situation's id in the corpus and a number; the corpus's own names a worker."
)
RULE_OF_THUMB = _text("A judgement people make about such a situation.", nullable=True)
ACTION = _text("What the rule of thumb judges.", nullable=True)
SOURCE_FILE = _text("File name (no folder) a row was read from.")
SOURCE_LINE = _count("Line in the file, 1 is the header.", 1)
REJECT_REASON = _text(
    "Why a row was not taken over.",
    isin=("not-text", "wrong-column-count", "wrong-field", "no-situation", "bad-rule"),
)
DETAIL = _text("What was found, without any personal column.")

# --- how it was found
KEYWORD = _text("Word or phrase that stands for a value, lower case.", str_length={"min_value": 1})
TIER = _text("Source of the keyword: Schwartz's definition, an association, the embedding space.", isin=TIERS)
RELATION = _text("How it was found: in the paper, as a seed, by Datamuse, by cosine in GloVe.", isin=RELATIONS)
SEED = _text("Keyword it was found from; null for a seed, and where the paper does not say.", nullable=True)
SCORE = pa.Field(nullable=True, description="Datamuse's score, or the cosine; null where there is none.")
RANK = pa.Field(ge=1, nullable=True, description="Place among the words its seed brought, best first; null for a seed.")
ACCEPTED = pa.Field(description="Whether a person said yes to this keyword.")
DECIDED_BY = _text("Pseudonym of the person who decided.")
DECIDED_AT = pa.Field(description="When it was decided (UTC).")
FIELD = _text("Field of the corpus the keyword was met in.", isin=FIELDS)
FORM = _text("Form in which token and keyword are equal; lemma where both are.", isin=FORMS)
MATCHED = _text("The words of the text that matched, as written.")
HITS = _count("Number of scenarios.")
KEYWORDS_HIT = _count("Different keywords of the value that the scenario holds.", 1)
SHARE = _share("Share of all scenarios.")
ONLY_HERE = _count("Scenarios that no other keyword of the value finds.")
OTHER_VALUE = _text("Another of the ten values.", isin=VALUES)
JACCARD = _share("Scenarios under both values, as a share of those under either.")
EXAMPLES = _text("Up to three scenarios, separated by ' | '.")

# --- how it was judged
ROUND = _count("Round of publishing: 1, then one for each time pairs were opened again.", 1)
SURVEY_ID = _text("Id of a survey.", str_startswith="q-")
POSITION = _count("Place of the question in its survey, 1 is the first.", 1)
ROLE = _text(
    "formal: judged for the data set; check: hidden question with a known answer; filler: makes the last survey full.",
    isin=("formal", "check", "filler"),
)
WORKERS_WANTED = _count("Different workers the survey waits for.", 1)
CODEBOOK_VERSION = _text("Version of the instrument the workers saw.")
GOLD_LABEL = _text("Answer both experts gave.", isin=LABELS)
ASSIGNMENT_ID = _text("Id of one worker's work on one survey.", str_startswith="a-")
WORKER = _text("Pseudonym of a worker (keyed hash).", str_startswith="w-")
PLATFORM = _text("Platform the worker answered on.")
ASSIGNMENT_STATUS = _text(
    "complete; dropped out before the end; failed the prerequisite; surplus: came when enough had answered.",
    isin=("complete", "dropped-out", "failed-prerequisite", "surplus"),
)
ACCEPTED_AT = pa.Field(nullable=True, description="When the worker began (UTC); null where it is not known.")
SUBMITTED_AT = pa.Field(description="When the worker ended (UTC).")
SECONDS = pa.Field(ge=0, nullable=True, description="Seconds of work on the survey; null where it is not known.")
LABEL = _text("Does the scenario promote the value (yes), hinder it (no), or neither (unrelated)?", isin=LABELS)
WORKER_STATUS = _text("Standing of the worker after the last round.", isin=("qualified", "disqualified", "unproven"))
REASON = _text("Reason of the decision, in words a worker can be told.")
WORKER_REASON = _text(
    "Rule that decided.",
    isin=("prerequisite", "hidden-checks", "too-fast", "straight-lining", "passed", "too-few-checks"),
)
SURVEYS_DONE = _count("Surveys the worker completed.")
CHECKS_SEEN = _count("Hidden checks the worker answered.")
CHECKS_RIGHT = _count("Hidden checks the worker answered as both experts did.")
MEDIAN_SECONDS = pa.Field(ge=0, nullable=True, description="Median seconds per survey; null where none is known.")
_SET_ASIDE = ("worker-disqualified", "surplus", "repeated", "filler", "old-codebook", "edited", "deleted")
SET_ASIDE_REASON = _text("Why a judgement is kept but not counted.", isin=_SET_ASIDE)
CHANGE = _text(
    "What became of an assignment after it was collected: its answers were edited, or it was deleted on the platform.",
    isin=("edited", "deleted"),
)
REPLACED_BY = _text("Assignment that holds the edited answers; null where it was deleted.", nullable=True)
FROM_CODEBOOK = _text("Version people answered under.")
FROM_LABEL = _text("Answer they gave.", isin=LABELS)
TO_CODEBOOK = _text("Version the answer is read under.")
TO_LABEL = _text(
    "Answer it stands for there; null where it stands for none and is asked again.", isin=LABELS, nullable=True
)
ADJUDICATED_LABEL = _text(
    "What the expert says; undecided: it cannot be decided from the words.", isin=(*LABELS, "undecided")
)
EXPERT = _text("Pseudonym of an expert (keyed hash).", str_startswith="w-")

# --- what was agreed
UTILITY = pa.Field(isin=(-1, 0, 1), description="yes +1, unrelated 0, no -1.")
YES_COUNT = _count("Counted judgements yes.")
NO_COUNT = _count("Counted judgements no.")
UNRELATED_COUNT = _count("Counted judgements unrelated.")
AGREEMENT_COUNT = _count("Workers who gave the agreed answer.", 1)
DROP_REASON = _text("Why a judged pair has no label.", isin=("no-majority", "too-few-judgements"))
METHOD = _text("How judgements became a label.", isin=("consensus", "majority", "dawid-skene", "mace", "glad"))
MAJORITY = _text("Label by plain majority.", isin=LABELS)
DAWID_SKENE = _text("Label by Dawid-Skene.", isin=LABELS)
MACE = _text("Label by MACE.", isin=LABELS)
GLAD = _text("Label by GLAD.", isin=LABELS)
PROBABILITY = _share("Probability the method gives its label; for votes, their share.", nullable=True)
SCOPE = _text("A value, or ALL.", isin=(*VALUES, "ALL"))
STATISTIC = _text("Measure of agreement.", isin=("observed", "fleiss_kappa", "krippendorff_alpha"))
ESTIMATE = pa.Field(nullable=True, description="The measure; null where undefined.")
LOW = pa.Field(nullable=True, description="Lower end of the bootstrap interval.")
HIGH = pa.Field(nullable=True, description="Upper end of the bootstrap interval.")
ITEMS = _count("Pairs the measure rests on.")
JUDGEMENT_COUNT = _count("Judgements the measure or label rests on.")
UNDEFINED_REASON = _text("Why a measure is undefined; null where it is defined.", nullable=True)

# --- what is released
SPLIT = _text("Part of the data set.", isin=SPLITS)
GROUP_ID = _text("Texts of one group are equal or nearly so and stand in one split.", str_startswith="g-")
# A field object takes the name of the attribute it is given to, so another name needs an object of its own.
SCENARIO = _text("The scenario as people wrote it, white space folded.", str_length={"min_value": 1})
VARIANT = _text("Variant of the release.", isin=VARIANTS)
RELEASED_AGREEMENT_COUNT = pa.Field(
    ge=1,
    nullable=True,
    description="Workers who gave the label; null for a neutral row of weak agreement, and where votes are not public.",
)
COUNTED = pa.Field(description="Whether the judgement counts towards the label.")
RELEASED_SET_ASIDE_REASON = _text(
    "Why a judgement is kept but not counted; null where it counts.",
    isin=_SET_ASIDE,
    nullable=True,
)
OTHER_SPLIT = _text("Part the texts should not stand in too.", isin=SPLITS)
SPLIT_ROWS = _count("Rows of the split.")
SPLIT_TEXTS = _count("Different texts of the split.")
EXACT_TEXTS = _count("Texts of the split that stand in the other split.")
NEAR_TEXTS = _count("Further texts of the split that have a near-duplicate in the other split.")
OTHER_VALUE_TEXTS = _count("Texts of the split that stand in the other split under another value.")
LEAKED_ROWS = _count("Rows of the split whose text, or a near-duplicate of it, stands in the other split.")
KNOWN_ROWS = _count("Rows of the split whose text has the same label in the other split, under whatever value.")

# --- how good a model is
MODEL = _text("Variant of the value model, baseline or ceiling.", str_length={"min_value": 1})
OTHER_MODEL = _text("The model it is compared with.", str_length={"min_value": 1})
MODEL_SEED = _count("Seed of the training.")
MEASURE = _text("What is measured; see `valuenet.models.benchmark.scores`.", str_length={"min_value": 1})
MEAN = pa.Field(nullable=True, description="Mean over the seeds; null where the measure is undefined.")
DEVIATION = pa.Field(ge=0, nullable=True, description="Standard deviation over the seeds; null for a single one.")
SEED_COUNT = _count("Trainings the mean rests on.", 1)
MEASURED_ROWS = _count("Rows the measure rests on, for each seed.")
PREDICTED_UTILITY = pa.Field(ge=-1, le=1, description="Utility the model gives.")
PREDICTED_CLASS = pa.Field(isin=(-1, 0, 1), description="Class the model gives: the likeliest, or the utility rounded.")
P_NO = _share("Probability of no; null where the model gives none.", nullable=True)
P_UNRELATED = _share("Probability of unrelated; null where the model gives none.", nullable=True)
P_YES = _share("Probability of yes; null where the model gives none.", nullable=True)
SEEN = pa.Field(description="Whether the text stands in train too, under whatever value.")
DIFFERENCE = pa.Field(nullable=True, description="Measure of the model less that of the other.")
P_VALUE = _share("Probability of so great a difference either way were there none.")
P_HOLM = _share("The same after Holm's correction over all pairs of this measure.")
TEST_METHOD = _text("The test that was made.")

# --- what upstream published
UID = _text("Upstream's own id of a row; null where its file has none.", nullable=True)
UPSTREAM_SPLIT = _text("Part upstream put the pair in; null where its files do not say.", isin=SPLITS, nullable=True)
UPSTREAM_REASON = _text(
    "Why a published row was not taken over.",
    isin=("wrong-column-count", "no-text", "no-label", "repeated", "contradiction"),
)
