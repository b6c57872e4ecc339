"""What texts in a crisis say, as patterns over small letters with straight apostrophes; data, not code."""

import re
from typing import NamedTuple

_SELF = r"(?:my|him|her|your|them|our|one)\s?(?:self|selves)"
_OWN = r"(?:my|his|her|their|your|our)(?: own)?"
_MEANS = (
    r"(?:want|wants|wanted|wanting|going|gonna|urges?|try|tries|tried|trying|planning|"
    r"threaten(?:s|ed|ing)?|thought about|thinking about)"
)
_SELF_HARM = (
    r"\bsuicid(?:e|es|al|ality)\b(?! (?:squad|mission|doors?|sprints?|king|queen))",
    (
        rf"\bkill(?:ing|ed|s)? {_SELF}\b(?! (?:laughing|with laughter|at (?:the )?(?:gym|work)|working|"
        rf"to (?:please|finish|meet)))"
    ),
    r"\b(?:kms|kys|unaliv(?:e|ed|ing)|self[- ]?(?:harm\w*|mutilat\w*))\b",
    rf"\b(?:end|ends|ended|ending) (?:{_OWN} (?:lives|life)|it all)\b",
    rf"\b(?:take|takes|took|taken|taking) {_OWN} (?:lives|life)\b(?! (?:back|into|for|seriously|in ))",
    (
        r"\b(?:want|wants|wanted|wanna|wish|wished|wishing|ready|planning|planned|hoping|hope|rather|tried)"
        r"(?: (?:to|i could|i would|just|really|so badly)){0,3} (?:just )?die\b"
        r"(?! (?:of|from|for|laughing|with|when|whenever|in (?:the|that) moment|on (?:this|that) hill|inside))"
    ),
    (
        r"\b(?:wish|wished|wishing)(?: that)? (?:i|he|she|they) (?:was|were|had been|am) (?:dead|never "
        r"born|gone forever)\b"
    ),
    r"\bbetter off (?:dead|(?:if i (?:was|were) (?:dead|gone))|without me\b(?! (?:there|at|in)))",
    (
        rf"\b(?:cut|cuts|cutting|hurting|harm(?:ed|ing)|starv(?:e|ed|ing)|burn(?:ed|t|ing)) {_SELF}\b(?!-)"
        r"(?! (?:some slack|off|short|out|loose|free|down|back|shaving|a |on (?:a |the |some )?(?:glass|"
        r"knife|paper|can|tin|razor wire)|"
        r"(?:while |when )?(?:playing|running|falling|cooking|working|lifting|exercising|skating|at "
        r"(?:work|the gym|practice))))"
    ),
    rf"\b{_MEANS} (?:to )?(?:hurt|harm) {_SELF}\b(?!-)",
    r"\b(?:slit|slitting|cut|cutting) (?:my|his|her|their|your) wrists?\b",
    rf"\b(?:hang|hanged|hanging|hangs|hung) {_SELF}\b(?! (?:up|out))",
    rf"\b(?:shoot|shot|shooting|drown(?:ed|ing)?|poison(?:ed|ing)?) {_SELF}\b(?! in )",
    (
        r"\bjump(?:ed|ing)? (?:off|from|in front of) (?:a |the |an? \w+ )?(?:bridge|building|roof|cliff|"
        r"balcony|train|bus|car|traffic)\b"
    ),
    r"\boverdos(?:e|ed|es|ing)\b(?! (?:on|of) (?:cute\w*|sugar|chocolate|caffeine|coffee|candy|tv|food|happiness))",
    (
        r"\b(?:swallow|swallowed|took|take|taking) (?:a |the |an )?(?:whole |entire )?(?:bottle|handful) "
        r"of (?:\w+ )?pills\b"
    ),
)
_NO = r"(?:don'?t|do not|didn'?t|did not|doesn'?t|does not|no longer|not|never|cannot|can'?t|couldn'?t|stopped)"
_NO_WISH_TO_LIVE = (
    (
        rf"\b{_NO} (?:even |really |ever |just )?(?:want|wanna|wish|care|feel like)(?:ing)? (?:to )?(?:live|"
        rf"living|be alive|being alive|"
        r"exist|existing|wake up|be here anymore|be on this (?:earth|planet)|go on living|keep living)\b(?! "
        r"(?:with|in|at|here|there|on|"
        r"near|together|by|alone|under|off|next|again|through|without|like (?:my|her|his)|early|so "
        r"early|for (?:work|school)|him|her|"
        r"them|you|my)\b)"
    ),
    (
        rf"\b(?:no|not (?:a|any)|without (?:a|any)|{_NO} (?:really |even )?(?:find|see|have|think of) "
        rf"(?:a|any|the|much|one)?) ?(?:single |good )?"
        r"(?:reason|point|purpose|will) (?:left )?(?:to (?:keep (?:on )?|go on )?(?:liv(?:e|ing)|be "
        r"alive)|(?:in|of) (?:living|being alive|"
        r"staying alive))\b"
    ),
    r"\b(?:lost|losing|lose) (?:the|my|her|his|all|any) will to live\b",
    (
        r"\b(?:wish|wished|hope|hoped|hoping|pray|prayed) (?:that )?(?:i |to )?(?:\w+ ){0,6}(?:never|"
        r"not|don'?t|didn'?t|wouldn'?t)"
        r" (?:have to )?wake up\b"
    ),
    r"\b(?:tired|sick|done) (?:of|with) (?:living|being alive|existing)\b(?! (?:with|in|at|here|like))",
    r"\blife (?:is|isn'?t|was|wasn'?t) (?:not |no longer |just not )?worth living\b",
)
_PERSON = (
    r"(?:he|she|they|who|dad|father|mom|mum|mother|stepdad|stepfather|stepmom|stepmother|parents?|"
    r"husband|wife|boyfriend|"
    r"girlfriend|bf|gf|ex|partner|brother|sister|uncle|grandfather|grandpa|fianc[eé]e?|man|guy|roommate|cousin)"
)
_VICTIM = r"(?:me|her|him|us|them|you|my (?:mom|mum|mother|sister|brother|kids?|son|daughter|siblings?|friend))"
_OFTEN = (
    r"(?:(?:used to|would|has|had|have|always|often|once|even|started|"
    r"physically|sexually|also|just|then|regularly) ){0,3}"
)
_HARMLESS = (
    r"(?:at|in (?:a|the) (?:game|chess|race|match)|with (?:a )?(?:car|ball)|out|off|back|hard|to (?:it|the)|by \d|"
    r"on (?:him|me)|again in)"
)
_ABUSE = (
    (
        r"\b(?:physical(?:ly)?|sexual(?:ly)?|emotional(?:ly)?|verbal(?:ly)?|mental(?:ly)?|domestic(?:ally)?|"
        r"psychological(?:ly)?)"
        r"(?:(?:,| and|/|,? or) ?(?:\w+ly|\w+al|domestic))* ?abus(?:e|ed|er|ers|es|ing|ive)\b"
    ),
    (
        r"\babus(?:ed|es|ing) (?:by|as an? |me|her|him|us|them|my (?:mom|mum|mother|sister|brother|"
        r"kids?|son|daughter))\b"
    ),
    r"\b(?:was|were|been|being|getting|got|be) abused\b",
    rf"\babusive (?:\w+ )?(?:relationships?|marriage|home|household|family|childhood|{_PERSON})\b",
    (
        rf"\b{_PERSON} (?:was|is|were|are|became|got|turned|has been|had been) (?:very |so |extremely |"
        rf"physically |verbally )?abusive\b"
    ),
    r"\b(?:my|his|her|their|your) abusers?\b",
    r"\bdomestic violence\b",
    r"\b(?:rape|raped|rapes|raping|rapist|molest\w*)\b",
    r"\b(?:sexual(?:ly)?|physically) (?:assault\w*|harass(?:ed|es|ing) (?:me|her|him))\b",
    r"\b(?:assault(?:ed|ing|s)|grop(?:ed|ing|es)) (?:me|her|him|us|by)\b",
    rf"\b{_PERSON} {_OFTEN}(?:hit|hits|hitting) {_VICTIM}\b(?! (?:up|{_HARMLESS}))",
    (
        rf"\b{_PERSON} {_OFTEN}(?:beat|beats|beating|punch(?:ed|es|ing)|chok(?:ed|es|ing)|strangl(?:ed|es|ing)|"
        rf"slap(?:ped|s|ping)|kick(?:ed|s|ing)) {_VICTIM}\b(?! {_HARMLESS})"
    ),
)
_CHILD = (
    r"(?:\b(?:child(?:hood|ren)?|minors?|under-?age|kids?|toddler|little (?:girl|boy)|pre-?teens?)\b|"
    r"\b(?:aged?|when i was|at|was|only) (?:[4-9]|1[0-7])\b(?! ?(?:%|am|pm|o'?clock|years))|"
    r"\b(?:[4-9]|1[0-7]) ?(?:-?year[- ]olds?|years old|y/?o)\b|\((?:[6-9]|1[0-7]) ?[fm]\)|\([fm] ?(?:[6-9]|1[0-7])\))"
)
_SEXUAL = (
    r"(?:molest\w*|rap(?:e|ed|ing|ist)|sexual(?:ly)?(?! (?:orientation|identity|ity))|groom(?:ed|"
    r"ing)|nudes?|porn\w*|grop(?:ed|ing)|"
    r"touched (?:me|her|him) (?:inappropriately|there|down)|(?:had|having|have) sex|slept with|incest\w*)"
)
_MINOR = (
    (
        r"\bp(?:a?)edo(?:s|phil\w*)?\b|\bchild (?:porn\w*|molest\w*|(?:sex|sexual) \w+|rape|predator)\b|"
        r"\bcsam?\b|\bstatutory rape\b"
    ),
    rf"{_CHILD}[^.!?\n]{{0,80}}\b{_SEXUAL}\b",
    rf"\b{_SEXUAL}\b[^.!?\n]{{0,80}}{_CHILD}",
)


class CrisisRule(NamedTuple):
    """A kind of crisis: what such texts say, letters of which every match holds some, and whether it can be denied."""

    kind: str
    pattern: "re.Pattern[str]"
    stems: tuple[str, ...]
    deniable: bool = True


RULES = (
    CrisisRule(
        "minor",
        re.compile("|".join(_MINOR)),
        ("pedo", "paedo", "csa", "sex", "rap", "molest", "groom", "nude", "porn", "grop", "touched", "slept", "incest"),
        deniable=False,
    ),
    CrisisRule(
        "self-harm",
        re.compile("|".join(_SELF_HARM)),
        (
            "suicid",
            "self",
            "selves",
            "kms",
            "kys",
            "unaliv",
            "it all",
            " life",
            " lives",
            " die",
            " dead",
            "born",
            "forever",
            "better off",
            "wrist",
            "jump",
            "overdos",
            "pills",
        ),
    ),
    CrisisRule(
        "self-harm",
        re.compile("|".join(_NO_WISH_TO_LIVE)),
        ("wake up", " live", " living", " alive", " exist", "anymore", "on this "),
        deniable=False,
    ),
    CrisisRule(
        "abuse",
        re.compile("|".join(_ABUSE)),
        (
            "abus",
            "domestic v",
            "rape",
            "rapi",
            "molest",
            "assault",
            "grop",
            "harass",
            "hit",
            "beat",
            "punch",
            "chok",
            "strangl",
            "slap",
            "kick",
        ),
    ),
)
