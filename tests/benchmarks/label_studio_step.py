"""One step of the benchmark in a process of its own: publish, or collect beside what was collected before."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd

from tests.annotation.made_campaign import some_gold, some_pairs
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.platform import LabelStudioPlatform
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.platforms import Answers, no_answers, requests_for
from valuenet.annotation.surveys import SurveySettings, plan_surveys
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements, JudgementsSetAside, Surveys, Workers
from valuenet.warehouse.vocabulary import VALUES

PAIRS, GOLD_EACH = 21_374, 20
CODEBOOK = load_codebook()
TABLES = (Assignments, Judgements, AnswerChanges)


def main(what: str, folder: Path, url: str, token: str) -> None:
    """Run a step and print its figures as one line of JSON."""
    surveys = planned(folder)
    settings = LabelStudioSettings(url=url, campaign="benchmark")
    platform = LabelStudioPlatform(LabelStudioClient(settings, token), settings, key=b"a key for benchmarks")
    said = {"publish": publish, "collect": collect}[what](platform, surveys, folder)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**said, "surveys": int(surveys["survey_id"].nunique()), "megabytes": megabytes}))


def planned(folder: Path) -> Any:
    """Return the surveys of a campaign of the paper's size, planned once."""
    place = folder / "surveys.parquet"
    if place.exists():
        return Surveys.frame(pd.read_parquet(place))
    nothing = (Surveys.frame(), Judgements.frame(), JudgementsSetAside.frame())
    version = CODEBOOK.content_version
    pairs, gold = some_pairs(PAIRS, VALUES), some_gold(GOLD_EACH, VALUES)
    surveys = plan_surveys(pairs, gold, *nothing, SurveySettings(), workers_each=4, codebook_version=version)
    surveys["text"] = surveys["text"] + " with some more words, as a real scenario of about a hundred letters has them"
    surveys.to_parquet(place)
    return Surveys.frame(surveys)


def publish(platform: LabelStudioPlatform, surveys: Any, folder: Path) -> dict[str, float]:
    """Publish everything."""
    version = CODEBOOK.content_version
    requests = requests_for(surveys, Assignments.frame(), Judgements.frame(), Workers.frame(), codebook_version=version)
    started = time.perf_counter()
    platform.publish(requests, CODEBOOK)
    return {"seconds": time.perf_counter() - started}


def collect(platform: LabelStudioPlatform, surveys: Any, folder: Path) -> dict[str, float]:
    """Collect beside what is in the folder, and add it there."""
    places = [folder / f"{table.table_name()}.parquet" for table in TABLES]
    known = no_answers()
    if places[0].exists():
        known = Answers(*(table.frame(pd.read_parquet(p)) for table, p in zip(TABLES, places, strict=True)))
    names = sorted(set(surveys["survey_id"]))
    started = time.perf_counter()
    new = platform.collect(names, known)
    seconds = time.perf_counter() - started
    for old, came, place in zip(known, new, places, strict=True):
        pd.concat([old, came]).to_parquet(place)
    counts = {"assignments": len(new.assignments), "judgements": len(new.judgements), "changes": len(new.changes)}
    return {"seconds": seconds, **counts}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:5])
