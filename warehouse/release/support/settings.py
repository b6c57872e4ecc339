"""What a release of support threads is called, and what its card says that cannot be computed."""

from pydantic import Field

from valuenet.warehouse.release.settings import Name, ReleaseSettings, Text
from valuenet.warehouse.settings import Settings


class CrisisMeasure(Settings):
    """How well the rules for crisis content did where the truth is known."""

    measured_on: Text
    """Texts it was measured on."""
    missed: float = Field(ge=0, le=1)
    """Share of planted crisis texts that were not found."""
    false_alarms: float = Field(ge=0, le=1)
    """Share of planted harmless look-alikes that were taken for crisis."""


class PersonalDataMeasure(Settings):
    """How much of the personal data in texts is replaced where it is known what there is."""

    measured_on: Text
    """Forms it was measured on."""
    replaced: float = Field(ge=0, le=1)
    """Share of them of which nothing was left."""


class SupportReleaseSettings(ReleaseSettings):
    """Name, version, date and rights of a release of support threads. No clock goes into a release."""

    name: Name = "offmychest-support"
    """Name of the data set, in lower case; the folder is called NAME-VERSION, without texts NAME-ids-VERSION."""
    title: Text = "Support threads and the values they brought out"
    """Title of the data card."""
    license: Text = "other"
    """Licence, as an identifier of the Hugging Face hub; what people wrote on Reddit is under none we could give."""
    license_url: Text = "https://redditinc.com/policies/user-agreement"
    """Where the terms the texts stand under can be read."""
    attribution: Text = (
        "Every post and comment remains its author's; Reddit's terms hold. Only labels and scores are ours."
    )
    """Whose work this stands on."""
    source: Text = "Posts of people who unburden themselves to strangers, and what strangers answered."
    """Where the texts come from."""
    citation: Text = "This release by its name and version."
    """What to cite when the release is used."""
    url: Text = "https://huggingface.co/datasets/valuenet-support"
    """Home of the data set."""
    community: str = ""
    """The community as the card names it; it comes from `reddit.community`."""
    takedown_contact: Text = "whoever you got this release from"
    """Whom people write to who want what they wrote taken out: an address, or a page with a form."""
    crisis_measure: CrisisMeasure | None = None
    """Error rate of the rules for crisis content on planted cases, for the card; none: what was measured of the shipped
    rules."""
    personal_data_measure: PersonalDataMeasure | None = None
    """Share of personal data that is replaced, for the card; none: what was measured of the shipped patterns."""
    without_text: bool = False
    """Ids and labels alone, to share where texts may not be; `valuenet reddit rehydrate` fills the texts in again."""

    @property
    def folder(self) -> str:
        """The name of the folder, or the last part of the s3 prefix."""
        return f"{self.name}{'-ids' if self.without_text else ''}-{self.version}"


class CoverageFacts(Settings):
    """What is missing or odd among the months a release is made from, so that nobody trains on a gap unknowingly."""

    api_months: tuple[str, ...] = ()
    """Months, YYYY-MM, of which posts or comments came from Reddit's API alone, not from a dump file."""
    lacking: tuple[str, ...] = ()
    """Months that lack a file of posts or of comments, or hold nothing, with what they lack."""
    holes: int = Field(default=0, ge=0)
    """Stretches of days with nothing where something was surely to be expected."""
    first_holes: tuple[str, ...] = ()
    """The first few of them, with what was expected."""
    anomalies: int = Field(default=0, ge=0)
    """Days and months far from their neighbours."""
    first_anomalies: tuple[str, ...] = ()
    """The first few of them, with what was found and expected."""


class SupportFacts(Settings):
    """How the rows of a release came about, in words for its card. Stands in the manifest."""

    months: tuple[str, ...] = ()
    """Months of which something was read, YYYY-MM."""
    missing_months: tuple[str, ...] = ()
    """Months between the first and the last of which nothing was read."""
    coverage: CoverageFacts | None = None
    """Gaps in those months; none where they were not looked for."""
    positive_rules: tuple[str, ...] = ()
    """When a poster's next turn counts as positive, and a reply as one that worked."""
    crisis_rules: tuple[str, ...] = ()
    """What is taken for crisis content."""
    crisis_measure: CrisisMeasure | None = None
    """Error rate of those rules on planted cases; none where it was not measured."""
    personal_data_measure: PersonalDataMeasure | None = None
    """Share of personal data that is replaced; none where it was not measured."""
    names_found_by: str = ""
    """What names of people are found by, as set and installed where the release is made; empty where not told."""
    models: dict[str, str] = Field(default_factory=dict)
    """What scored the texts: use -> name or fingerprint."""
