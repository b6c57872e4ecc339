"""Settings of the room ``annotation``: from candidates to agreed labels."""

from valuenet.annotation.aggregation import AggregationSettings
from valuenet.annotation.agreement import AgreementSettings
from valuenet.annotation.consensus import ConsensusSettings
from valuenet.annotation.label_studio.reviews.reviews import ReviewSettings
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.annotation.pairs import PairSettings
from valuenet.annotation.qualification import QualificationSettings
from valuenet.annotation.report.report import ReportSettings
from valuenet.annotation.simulation.workers import SimulationSettings
from valuenet.annotation.surveys import SurveySettings
from valuenet.warehouse.settings import Settings


class AnnotationSettings(Settings):
    """From candidates to agreed labels."""

    pairs: PairSettings = PairSettings()
    surveys: SurveySettings = SurveySettings()
    simulation: SimulationSettings = SimulationSettings()
    label_studio: LabelStudioSettings = LabelStudioSettings()
    mturk: MTurkSettings = MTurkSettings()
    reviews: ReviewSettings = ReviewSettings()
    qualification: QualificationSettings = QualificationSettings()
    consensus: ConsensusSettings = ConsensusSettings()
    aggregation: AggregationSettings = AggregationSettings()
    agreement: AgreementSettings = AgreementSettings()
    report: ReportSettings = ReportSettings()
