"""Accounts on Reddit and elsewhere: with their sign (@, u/, #, $), or beside the name of a service."""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.link_rules import DOMAIN
from valuenet.curation.reddit.intake.ordinary_words import all_ordinary, is_ordinary
from valuenet.curation.reddit.intake.rules import Edits, Look, Rule, group, matched, whole

_ACCOUNT = re.compile(
    r"(?:(?:(?<![\w/])|(?<=reddit)|(?<=redd\.it))/?(?:u|user)/[\w\\-]{3,30}"
    r"|(?<![\w/])/?u/\s(?=[\w-]{0,29}[\d_])[\w-]{3,30})",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?<![\w#])(?:@?[\w.]{2,32}|\[USER\])#(?:\d{4,5}|NA1|EU[WN]E?|KR1?|BR1|OCE?|LAN|LAS|TR1|RU1|JP1)\b")
_HANDLE = re.compile(
    r"(?<![\w@\uff20.])[@\uff20](?=[\w.\\]{0,40}[^\W\d])[^\W\d](?:[\w.\\-]{0,40}\w)?(?::[\w-]{1,40}\.[a-z]{2,12}\b)?"
)
_SERVICES = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|sc|tik ?tok|discord|disc|telegram|tele|kik|venmo|cash ?app|paypal|zelle|"
    r"twitter|skype|steam|twitch|youtube|yt|onlyfans|fb|facebook|tumblr|whatsapp|signal|viber|psn(?: id)?|"
    r"xbox(?: live)?|gamertag|minecraft|roblox|fortnite|epic(?: games)?|battle\.?net|battle ?tag|riot(?: id)?|valorant|"
    r"ign|threads|wechat|line|kakao(?: ?talk)?|bluesky|bsky|mastodon|matrix|linkedin|github|pinterest|vsco|bereal|"
    r"spotify|sound ?cloud|bandcamp|patreon|ko-?fi|depop|poshmark|etsy|ebay|letterboxd|goodreads|wattpad|ao3|"
    r"deviantart|strava|duolingo|grindr|bumble|tinder|fetlife|reddit|user ?name|handle|screen ?name|account name)"
)
_AT_HOME_ON = re.compile(rf"(?<![\w@.])@[\w.]{{2,40}}\b(?=\s(?:on|at)\s{_SERVICES}\b)", re.IGNORECASE)
_AT_NUMBER = re.compile(
    r"\b(?:add|follow|dm|pm|msg|message|ping|text|find me|hit me up|reach|contact)(?:\s\w{1,4})?\s(@\d{3,15})\b",
    re.IGNORECASE,
)
# What follows the name of a service is a handle where it looks like one: a digit or a low line within it, or capitals
# among small letters. "My insta is private" has none of them.
_LOOKS_LIKE_ONE = (
    r"(?:(?=[\w.-]{0,39}[a-z0-9][\d_][\w.-]{0,39})|(?=_|\d{1,9}[a-z])|(?=(?-i:[\w]{0,39}[a-z][A-Z])))"
    r"(?=[\d.-]{0,39}[a-z_])[\w](?:[\w.-]{1,38})\w"
)
_BETWEEN = (
    r"(?:\s(?:id|name|user ?name|user|handle|tag|account|profile|main|is|at|me|as|under|add|on|"
    r"it['\u2019]?s|i['\u2019]?m|i am|by|was)\b)"
)
_SAID_HANDLE = re.compile(
    rf"\b{_SERVICES}\b(?:['\u2019]s)?[,.]?{_BETWEEN}"
    rf"{{0,3}}(?:,?\s{{0,2}}(?:it['\u2019]?s|its)\b)?[^\w\n]{{0,6}}(?<![\w.])({_LOOKS_LIKE_ONE})(?![\w@])",
    re.IGNORECASE,
)
_HANDLE_ON = re.compile(
    rf"(?<![\w@.])({_LOOKS_LIKE_ONE})[\"'\u201d\u2019*)]{{0,3}}\s(?:on|at)\s(?:my\s)?{_SERVICES}\b", re.IGNORECASE
)
# Without such a look: where it is said to be one, and its pieces are no ordinary words.
_MY_HANDLE = re.compile(
    rf"\b{_SERVICES}(?P<called>\s(?:id|name|user ?name|user|handle|account|profile|channel))?"
    r"(?P<link>['\u2019]s\s|\s(?:is|was)\s|\s{0,2}(?:[:=]|->|-(?=\s))\s{0,2}|\s)"
    r"@?(?P<handle>(?!https?\b|in/)[a-z](?:[\w-]|\.(?=\w)){3,38}\w)(?![\w@])",
    re.IGNORECASE,
)
_OWNED = re.compile(r"\b(?:my|his|her|our|their)\s$", re.IGNORECASE)
_LISTED_PROFILE = re.compile(r"(?<![\w/])in/(?=[\w-]{0,60}[\d-])[\w-]{5,60}\b", re.IGNORECASE)
_FRIEND_CODE = re.compile(
    r"\b(?:friend|switch|nintendo|trainer|invite)\s?codes?(?:\sis)?\W{0,3}((?:SW-)?\d{4}[\d -]{0,14}\d)\b",
    re.IGNORECASE,
)
_SKYPE = re.compile(r"\blive:[\w.-]{3,40}\w", re.IGNORECASE)
_CASHTAG = re.compile(
    r"\b(?:cash ?app|venmo|paypal|zelle)\b[^\n$]{0,25}?(\$[a-z][\w-]{2,20})\b"
    r"|(?<![\w$])(\$[a-z][\w-]{2,20})\s(?:on|via)\s(?:cash ?app|venmo|paypal|zelle)\b",
    re.IGNORECASE,
)
_NO_HANDLES = frozenset(
    "me you us him her them op home work school everyone all here night least the a".split()  # noqa: SIM905
)
_PIECES = re.compile(r"[._-]{1,9}")
# "My discord is glitching": what is said of a service, though no dictionary has it.
_SAID_OF_IT = re.compile(r".{1,40}(?:ing|ed|ish|ly|able|less|ful|y|est)")


def _unless_a_word(match: re.Match[str], placeholder: str) -> Edits:
    return [] if match[0][1:].lower() in _NO_HANDLES else whole(match, placeholder)


def _unless_a_domain(match: re.Match[str], placeholder: str) -> Edits:
    return [] if DOMAIN.fullmatch(matched(match)) else group(match, placeholder)


def _if_no_words(match: re.Match[str], placeholder: str) -> Edits:
    """Take what is no ordinary word, and words that are joined as nobody joins them in a sentence."""
    link = match["link"].strip()
    labelled = link[:1] in (":", "=", "-")
    owned = bool(link) and _OWNED.search(match.string[max(0, match.start() - 7) : match.start()])
    if not (labelled or owned or match["called"]) or not _is_handle(match["handle"].lower(), labelled=labelled):
        return []
    return [(*match.span("handle"), placeholder)]


def _is_handle(handle: str, *, labelled: bool) -> bool:
    pieces = [piece for piece in _PIECES.split(handle) if piece]
    if len(pieces) > 2 or any(letter.isdigit() or letter == "_" for letter in handle):
        return True
    if len(pieces) == 2:
        return labelled or not all_ordinary(pieces)
    return (labelled or len(handle) > 6) and not is_ordinary(handle) and not _SAID_OF_IT.fullmatch(handle)


_SERVICE_WORDS = frozenset(
    (
        "insta", "instagram", "ig", "snap", "snapchat", "sc", "tik", "tiktok", "discord", "disc", "telegram", "tele",
        "kik", "venmo", "cashapp", "paypal", "zelle", "twitter", "skype", "steam", "twitch", "youtube", "yt",
        "onlyfans", "fb", "facebook", "tumblr", "whatsapp", "signal", "viber", "psn", "xbox", "gamertag", "minecraft",
        "roblox", "fortnite", "epic", "battlenet", "battletag", "riot", "valorant", "ign", "threads", "wechat",
        "line", "kakao", "kakaotalk", "bluesky", "bsky", "mastodon", "matrix", "linkedin", "github",
        "pinterest", "vsco",
        "bereal", "spotify", "soundcloud", "bandcamp", "patreon", "kofi", "depop", "poshmark", "etsy",
        "ebay", "letterboxd", "goodreads", "wattpad", "ao", "deviantart", "strava", "duolingo", "grindr", "bumble",
        "tinder", "fetlife", "reddit", "username", "handle", "screenname",
    )
)  # fmt: skip
_SERVICES_APART = (
    "cash app", "battle.net", "battle net", "battle tag", "sound cloud", "ko-fi", "user name", "screen name",
    "account name"
)  # fmt: skip
_FIRST_OF_TWO = frozenset(("cash", "battle", "sound", "ko", "user", "screen", "account"))
#: What stands between the name of a service and a handle without digits.
_LEADS = (
    ":", "=", "-", " :", " =", " -", "'s ", "\u2019s ", " is ", " was ", " id ", " name", " user", " handle",
    " account",
    " profile", " channel", " live", " app", " tag", " games", " talk", " tok",
)  # fmt: skip
_PAYS = frozenset(("cash", "cashapp", "venmo", "paypal", "zelle"))


def _has_at(look: Look) -> bool:
    return "@" in look.text


def _names_a_service(look: Look) -> bool:
    return look.says(_SERVICE_WORDS) or (look.says(_FIRST_OF_TWO) and look.has(*_SERVICES_APART))


def _may_name_a_handle(look: Look) -> bool:
    return _names_a_service(look) and look.like_a_handle


def _may_say_a_handle(look: Look) -> bool:
    return _names_a_service(look) and (look.leads_on(_SERVICE_WORDS, _LEADS) or look.has(*_SERVICES_APART))


#: In the order they are tried.
HANDLE_RULES = (
    Rule("user", _ACCOUNT, lambda look: look.has("u/", "user/"), needs="/"),
    Rule("user", _TAG, lambda look: "#" in look.text, needs="#"),
    Rule("user", _AT_HOME_ON, _has_at, needs="@"),
    Rule("user", _AT_NUMBER, _has_at, group, needs="@"),
    Rule("user", _HANDLE, _has_at, _unless_a_word, needs="@"),
    Rule("user", _SAID_HANDLE, _may_name_a_handle, _unless_a_domain),
    Rule("user", _HANDLE_ON, _may_name_a_handle, group),
    Rule("user", _MY_HANDLE, _may_say_a_handle, _if_no_words),
    Rule("user", _LISTED_PROFILE, lambda look: "in/" in look.text, needs="/"),
    Rule("user", _FRIEND_CODE, lambda look: "code" in look.text and look.four_digits, group, needs="0"),
    Rule("user", _SKYPE, lambda look: "live:" in look.text, needs=":"),
    Rule("user", _CASHTAG, lambda look: "$" in look.text and look.says(_PAYS), group, needs="$"),
)
