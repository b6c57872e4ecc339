"""Settings of the room ``curation``: from a corpus to candidates."""

from valuenet.curation.datamuse import DatamuseSettings
from valuenet.curation.expansion import ExpansionSettings
from valuenet.curation.fetch import FetchSettings
from valuenet.curation.keyword_report import KeywordReportSettings
from valuenet.curation.keywords import KeywordSettings
from valuenet.curation.retrieval import RetrievalSettings
from valuenet.curation.social_chem import SocialChemSettings
from valuenet.warehouse.settings import Settings


class CurationSettings(Settings):
    """From a corpus to candidates."""

    fetch: FetchSettings = FetchSettings()
    corpus: SocialChemSettings = SocialChemSettings()
    keywords: KeywordSettings = KeywordSettings()
    expansion: ExpansionSettings = ExpansionSettings()
    datamuse: DatamuseSettings = DatamuseSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    keyword_report: KeywordReportSettings = KeywordReportSettings()
