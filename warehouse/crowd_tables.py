"""Contracts of what people judged and what they agreed on. The first half of the way stands in ``tables``."""

from __future__ import annotations

from typing import ClassVar

from pandera.typing import Series

from valuenet.warehouse import columns as c
from valuenet.warehouse.tables import Table, Time


class Pairs(Table):
    """Candidate pairs chosen to be judged (one row per scenario and value), with the text people see."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    text: Series[str] = c.TEXT

    class Config(Table.Config):
        name = "pairs"
        unique: ClassVar = ["scenario_id", "value"]


class Gold(Table):
    """Pairs two experts agree on; asked as hidden checks, never released."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    text: Series[str] = c.TEXT
    label: Series[str] = c.GOLD_LABEL

    class Config(Table.Config):
        name = "gold"
        unique: ClassVar = ["scenario_id", "value"]
        metadata: ClassVar = {"kind": "raw"}


class Surveys(Table):
    """Questions of every survey (one row per survey and position)."""

    survey_id: Series[str] = c.SURVEY_ID
    position: Series[int] = c.POSITION
    round: Series[int] = c.ROUND
    value: Series[str] = c.VALUE
    scenario_id: Series[str] = c.SCENARIO_ID
    text: Series[str] = c.TEXT
    role: Series[str] = c.ROLE
    workers_wanted: Series[int] = c.WORKERS_WANTED
    codebook_version: Series[str] = c.CODEBOOK_VERSION

    class Config(Table.Config):
        name = "surveys"
        unique: ClassVar = ["survey_id", "position"]
        metadata: ClassVar = {"kind": "raw"}


class Assignments(Table):
    """One worker's work on one survey (one row per assignment, whatever its end)."""

    assignment_id: Series[str] = c.ASSIGNMENT_ID
    survey_id: Series[str] = c.SURVEY_ID
    worker: Series[str] = c.WORKER
    platform: Series[str] = c.PLATFORM
    status: Series[str] = c.ASSIGNMENT_STATUS
    accepted_at: Series[Time] = c.ACCEPTED_AT
    submitted_at: Series[Time] = c.SUBMITTED_AT
    seconds: Series[float] = c.SECONDS

    class Config(Table.Config):
        name = "assignments"
        unique: ClassVar = ["assignment_id"]
        metadata: ClassVar = {"kind": "raw"}


class Judgements(Table):
    """One answer of one worker to one question (checks and fillers included)."""

    assignment_id: Series[str] = c.ASSIGNMENT_ID
    position: Series[int] = c.POSITION
    survey_id: Series[str] = c.SURVEY_ID
    worker: Series[str] = c.WORKER
    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    label: Series[str] = c.LABEL
    codebook_version: Series[str] = c.CODEBOOK_VERSION

    class Config(Table.Config):
        name = "judgements"
        unique: ClassVar = ["assignment_id", "position"]
        metadata: ClassVar = {"kind": "raw"}


class AnswerChanges(Table):
    """Assignments edited or deleted on the platform after they were collected; their rows stay as they were."""

    assignment_id: Series[str] = c.ASSIGNMENT_ID
    change: Series[str] = c.CHANGE
    replaced_by: Series[str] = c.REPLACED_BY

    class Config(Table.Config):
        name = "answer_changes"
        unique: ClassVar = ["assignment_id"]
        metadata: ClassVar = {"kind": "raw"}


class CodebookMaps(Table):
    """What an answer under one codebook stands for under another. Without a row here versions are never mixed."""

    from_codebook: Series[str] = c.FROM_CODEBOOK
    to_codebook: Series[str] = c.TO_CODEBOOK
    value: Series[str] = c.VALUE
    from_label: Series[str] = c.FROM_LABEL
    to_label: Series[str] = c.TO_LABEL

    class Config(Table.Config):
        name = "codebook_maps"
        unique: ClassVar = ["from_codebook", "to_codebook", "value", "from_label"]
        metadata: ClassVar = {"kind": "raw"}


class Adjudications(Table):
    """What experts said of disputed pairs, the newest word of each counts; what two of them agree on becomes gold."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    expert: Series[str] = c.EXPERT
    text: Series[str] = c.TEXT
    label: Series[str] = c.ADJUDICATED_LABEL
    codebook_version: Series[str] = c.CODEBOOK_VERSION
    decided_at: Series[Time] = c.DECIDED_AT

    class Config(Table.Config):
        name = "adjudications"
        unique: ClassVar = ["scenario_id", "value", "expert", "decided_at"]
        metadata: ClassVar = {"kind": "raw"}


class Workers(Table):
    """Standing of every worker who began a survey, with the reason and the date of the decision."""

    worker: Series[str] = c.WORKER
    platform: Series[str] = c.PLATFORM
    status: Series[str] = c.WORKER_STATUS
    rule: Series[str] = c.WORKER_REASON
    reason: Series[str] = c.REASON
    decided_at: Series[Time] = c.DECIDED_AT
    surveys_done: Series[int] = c.SURVEYS_DONE
    checks_seen: Series[int] = c.CHECKS_SEEN
    checks_right: Series[int] = c.CHECKS_RIGHT
    median_seconds: Series[float] = c.MEDIAN_SECONDS

    class Config(Table.Config):
        name = "workers"
        unique: ClassVar = ["worker"]


class JudgementsSetAside(Table):
    """Judgements that are kept but not counted, with the reason."""

    assignment_id: Series[str] = c.ASSIGNMENT_ID
    position: Series[int] = c.POSITION
    reason: Series[str] = c.SET_ASIDE_REASON

    class Config(Table.Config):
        name = "judgements_set_aside"
        unique: ClassVar = ["assignment_id", "position"]
        metadata: ClassVar = {"kind": "rejects"}


class Labels(Table):
    """Agreed label of one scenario under one value (one row per pair)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    label: Series[str] = c.LABEL
    utility: Series[int] = c.UTILITY
    agreement_count: Series[int] = c.AGREEMENT_COUNT
    yes_count: Series[int] = c.YES_COUNT
    no_count: Series[int] = c.NO_COUNT
    unrelated_count: Series[int] = c.UNRELATED_COUNT

    class Config(Table.Config):
        name = "labels"
        unique: ClassVar = ["scenario_id", "value"]


class LabelsDropped(Table):
    """Judged pairs without a label, with the reason."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    reason: Series[str] = c.DROP_REASON
    yes_count: Series[int] = c.YES_COUNT
    no_count: Series[int] = c.NO_COUNT
    unrelated_count: Series[int] = c.UNRELATED_COUNT

    class Config(Table.Config):
        name = "labels_dropped"
        unique: ClassVar = ["scenario_id", "value"]
        metadata: ClassVar = {"kind": "rejects"}


class LabelMethods(Table):
    """What each aggregation method makes of the counted judgements (one row per pair and method)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    method: Series[str] = c.METHOD
    label: Series[str] = c.LABEL
    probability: Series[float] = c.PROBABILITY

    class Config(Table.Config):
        name = "label_methods"
        unique: ClassVar = ["scenario_id", "value", "method"]


class LabelFlips(Table):
    """Pairs whose label differs between methods: the answer of each, and the votes."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    majority: Series[str] = c.MAJORITY
    dawid_skene: Series[str] = c.DAWID_SKENE
    mace: Series[str] = c.MACE
    glad: Series[str] = c.GLAD
    yes_count: Series[int] = c.YES_COUNT
    no_count: Series[int] = c.NO_COUNT
    unrelated_count: Series[int] = c.UNRELATED_COUNT

    class Config(Table.Config):
        name = "label_flips"
        unique: ClassVar = ["scenario_id", "value"]


class Agreement(Table):
    """Agreement of the counted judgements per value and in all, with bootstrap intervals."""

    scope: Series[str] = c.SCOPE
    statistic: Series[str] = c.STATISTIC
    estimate: Series[float] = c.ESTIMATE
    low: Series[float] = c.LOW
    high: Series[float] = c.HIGH
    items: Series[int] = c.ITEMS
    judgement_count: Series[int] = c.JUDGEMENT_COUNT
    undefined: Series[str] = c.UNDEFINED_REASON

    class Config(Table.Config):
        name = "agreement"
        unique: ClassVar = ["scope", "statistic"]


class SplitAssignments(Table):
    """The split of every text that has a label or lost one to weak agreement."""

    scenario_id: Series[str] = c.SCENARIO_ID
    split: Series[str] = c.SPLIT
    group_id: Series[str] = c.GROUP_ID

    class Config(Table.Config):
        name = "splits"
        unique: ClassVar = ["scenario_id"]


ALL_CROWD_TABLES: tuple[type[Table], ...] = (
    Pairs,
    Gold,
    Surveys,
    Assignments,
    Judgements,
    AnswerChanges,
    CodebookMaps,
    Adjudications,
    Workers,
    JudgementsSetAside,
    Labels,
    LabelsDropped,
    LabelMethods,
    LabelFlips,
    Agreement,
    SplitAssignments,
)
