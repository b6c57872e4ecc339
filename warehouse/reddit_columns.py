"""Columns of the tables of a Reddit community, declared once: meaning, unit and allowed values."""

from typing import Any

import pandera.pandas as pa

from valuenet.warehouse.vocabulary import CATEGORIES, PII_KINDS, REDDIT_FILTERS, SPLITS


def _text(description: str, **kwargs: Any) -> Any:
    return pa.Field(description=description, **kwargs)


def _count(description: str, at_least: int = 0) -> Any:
    return pa.Field(ge=at_least, description=description)


# --- posts and comments
MONTH = _text("Month of the file it was written to, YYYY-MM (UTC).", str_matches=r"^\d{4}-(0[1-9]|1[0-2])$")
POST_ID = _text("Reddit's id of the post, base 36, without `t3_`.", str_matches=r"^[0-9a-z]+$")
COMMENT_ID = _text("Reddit's id of the comment, base 36, without `t1_`.", str_matches=r"^[0-9a-z]+$")
TURN_COMMENT_ID = _text(
    "Comment of the turn; null where the turn is the post.", str_matches=r"^[0-9a-z]+$", nullable=True
)
PARENT_ID = _text(
    "Comment it answers; null where it answers the post itself.", str_matches=r"^[0-9a-z]+$", nullable=True
)
AUTHOR = _text(
    "Pseudonym of the account (keyed hash); null where the account is gone or its content is not kept.",
    str_startswith="u-",
    nullable=True,
)
TURN_AUTHOR = _text("Pseudonym of the account (keyed hash).", str_startswith="u-")
CREATED_AT = pa.Field(description="When it was written (UTC).")
TITLE = _text("Title with personal data replaced; null where the content is not kept.", nullable=True)
BODY = _text("Text with personal data replaced by typed placeholders; null where it is not kept.", nullable=True)
TURN_TEXT = _text("What was said, personal data replaced by typed placeholders.", str_length={"min_value": 1})
REDDIT_SCORE = pa.Field(description="Votes for less votes against, as the source gave them.")
FILTERED = _text("First filter that met; null where the object is kept.", isin=REDDIT_FILTERS, nullable=True)
CRISIS = _text("Kind of crisis the text tells of; null for none.", isin=("self-harm", "abuse", "minor"), nullable=True)
REDDIT_REASON = _text(
    "Why a line was not read.",
    isin=("not-json", "wrong-field", "no-id", "wrong-month", "wrong-subreddit", "repeated", "truncated"),
)
REDDIT_FILE = _text("File name (no folder) a line was read from.")
REDDIT_LINE = _count("Line in the file, 1 is the first.", 1)
REDDIT_DETAIL = _text("What was found, without any personal field.")
THING = _text("Whether it is a post or a comment.", isin=("post", "comment"))
FETCHED_ID = _text("Reddit's id of it, base 36, without prefix.", str_matches=r"^[0-9a-z]+$")
REPEAT_ID = _text("Reddit's id of what repeats, base 36, without prefix.", str_matches=r"^[0-9a-z]+$")
REPEATED_ID = _text(
    "Reddit's id of the earliest post or comment of the same account that it repeats.", str_matches=r"^[0-9a-z]+$"
)
MATCH = _text("Whether the words are the same (`exact`) or nearly (`near`).", isin=("exact", "near"))
KEY_ID = _text("Id of the key its account's pseudonym was made with; tells nothing of the key.", str_startswith="k-")
PII = _text("Kind of personal data.", isin=PII_KINDS)
PLACEHOLDERS = _count("Placeholders of the kind put into kept texts.")
PII_TEXTS = _count("Kept texts that hold at least one.")

# --- trees and exchanges
POST_MISSING = pa.Field(description="Whether its post is in no file read so far.")
PARENT_MISSING = pa.Field(description="Whether the comment it answers is in no file read so far.")
EXCHANGE_ID = _text("Id of a chain of turns, from its post and last comment.", str_startswith="x-")
TURN = _count("Place of the turn, 1 is the post; odd turns are the poster's, even ones the commenter's.", 1)
DEPTH = _count("Comments of the chain.", 1)
ROLE_IN_EXCHANGE = _text("Who speaks.", isin=("poster", "commenter"))
SET_ASIDE = _text("Why it is not used.", str_length={"min_value": 1})

# --- what the texts say
TEXT_ID = _text("Id of a text, made from its words alone.", str_startswith="t-")
SHARD = _count("Part of the scoring the text belongs to.")
VALENCE = pa.Field(ge=1, le=5, description="How pleasant the text feels, 1 to 5, 3 is neutral (EmoBank's scale).")
INTENSITY = pa.Field(ge=1, le=5, description="How strong the distress in the text is, 1 (none) to 5.")
# A field object takes the name of the attribute it is given to, so each further name needs an object of its own.
INTENSITY_BEFORE = pa.Field(ge=1, le=5, description="Distress in the poster's turn before the reply, 1 (none) to 5.")
VALENCE_AFTER = pa.Field(ge=1, le=5, description="How pleasant the poster's next turn feels, 1 to 5, 3 is neutral.")
INTENSITY_AFTER = pa.Field(ge=1, le=5, description="Distress in the poster's next turn, 1 (none) to 5.")
CATEGORY_1 = _text("Likeliest of the twenty value categories.", isin=CATEGORIES)
CATEGORY_2 = _text("Second likeliest category.", isin=CATEGORIES)
CATEGORY_3 = _text("Third likeliest category.", isin=CATEGORIES)
PROBABILITY_1 = pa.Field(ge=0, le=1, description="Probability of the first category.")
PROBABILITY_2 = pa.Field(ge=0, le=1, description="Probability of the second category.")
PROBABILITY_3 = pa.Field(ge=0, le=1, description="Probability of the third category.")

# --- what is learned from
EXAMPLE_ID = _text("Id of a support example, from its exchange and turn.", str_startswith="e-")
REPLY_TURN = _count("Turn of the reply, c_t; the history is every turn before it, the target turn follows it.", 2)
PREFERENCE_ID = _text("Id of a preference pair, from its example and the rejected comment.", str_startswith="p-")
REJECTED_ID = _text("Comment under the same post that is rejected.", str_matches=r"^[0-9a-z]+$")
REJECTED_TEXT = _text("Its text, personal data replaced.", str_length={"min_value": 1})
GROUP = _text("Posts and accounts that must stand in one split.", str_startswith="g-")
SPLIT = _text("Part of the data set.", isin=SPLITS)

# --- what was withdrawn
WITHDRAWN_THING = _text("What is withdrawn: one post, one comment, or everything of an account.",
                       isin=("post", "comment", "author"))  # fmt: skip
WITHDRAWN_ID = _text("Reddit's id of the post or comment, or the pseudonym of the account.")
REQUESTED_AT = pa.Field(description="When the withdrawal was taken down (UTC).")
