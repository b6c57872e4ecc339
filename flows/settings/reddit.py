"""Settings of a Reddit community: from its dump files to a release of support threads."""

from typing import Annotated, Self

from pydantic import Field, NonNegativeInt, StringConstraints, model_validator

from valuenet.curation.reddit.api.requests import RedditApiSettings
from valuenet.curation.reddit.coverage.coverage import CoverageSettings
from valuenet.curation.reddit.dump.decoding import DecodingSettings
from valuenet.curation.reddit.intake.filters import FilterSettings
from valuenet.curation.reddit.intake.names import NameSettings
from valuenet.curation.reddit.support.support import SupportSettings
from valuenet.curation.reddit.threads.duplicates import DuplicateSettings
from valuenet.curation.reddit.threads.exchanges import ExchangeSettings
from valuenet.curation.reddit.threads.other_replies import OtherReplySettings
from valuenet.models.scoring.texts import TextScoringSettings
from valuenet.warehouse.release.support.settings import SupportReleaseSettings
from valuenet.warehouse.settings import Settings


class RedditSettings(Settings):
    """One community: where it is read from, and each stage up to its release."""

    community: str = Field(default="offmychest", pattern=r"^[A-Za-z0-9_]{2,21}$")
    """Its name, without `r/`: lines of other communities in a dump are rejected, the API is asked for this one."""
    dump: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)] = "data/reddit"
    """Folder or s3:// prefix of monthly dump files, RS_YYYY-MM.zst (posts) and RC_YYYY-MM.zst (comments)."""
    processes: NonNegativeInt = 0
    """Months read at the same time, each in a process of its own (runner `threads`); 0 is one per core."""
    api: RedditApiSettings = RedditApiSettings()
    decoding: DecodingSettings = DecodingSettings()
    filters: FilterSettings = FilterSettings()
    names: NameSettings = NameSettings()
    coverage: CoverageSettings = CoverageSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    exchanges: ExchangeSettings = ExchangeSettings()
    other_replies: OtherReplySettings = OtherReplySettings()
    support: SupportSettings = SupportSettings()
    scoring: TextScoringSettings = TextScoringSettings()
    release: SupportReleaseSettings = SupportReleaseSettings()

    @model_validator(mode="after")
    def _names_the_community_once(self) -> Self:
        if self.release.community:
            raise ValueError("name the community once, as reddit.community; leave reddit.release.community out")
        return self

    def named_release(self) -> SupportReleaseSettings:
        """Return the settings of the release with the name of the community."""
        return self.release.model_copy(update={"community": f"r/{self.community}"})
