"""Where Label Studio is, and how patiently it is asked."""

from pydantic import Field, HttpUrl, NonNegativeFloat, PositiveFloat, PositiveInt, TypeAdapter, field_validator

from valuenet.warehouse.settings import Settings

_ADDRESS = TypeAdapter(HttpUrl)


class LabelStudioSettings(Settings):
    """A Label Studio server and the campaign on it. The token is no setting: it stands in LABEL_STUDIO_API_KEY."""

    url: str = "http://127.0.0.1:8080"
    """Address of the server, with the path it is served under if it has one."""
    campaign: str = Field(default="valuenet", pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,18}[A-Za-z0-9]$")
    """Name that the titles of all projects of this campaign begin with; two campaigns on one server need two names."""
    import_batch: PositiveInt = 250
    """Surveys sent to the server at a time."""
    page_size: PositiveInt = 300
    """Surveys asked of the server at a time."""
    timeout_seconds: PositiveFloat = 60.0
    """Seconds to wait for one answer of the server."""
    attempts: PositiveInt = 6
    """Attempts at one request while the server cannot be reached, is busy (429) or fails (5xx)."""
    backoff_seconds: NonNegativeFloat = 0.5
    """Pause before the second attempt; each further one is twice as long, half a minute at most, unless the server
    says how long to wait."""
    marking_seconds: NonNegativeFloat = 4.0
    """Seconds one collect may spend on reopening surveys that Label Studio closed too early, and on keeping workers
    away from surveys they must not answer, the likeliest first. What is left is done by the next collect; an answer
    that comes meanwhile is recorded as surplus."""

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"url={url!r} must begin with http:// or https://")
        _ADDRESS.validate_python(url)
        if "@" in url:
            raise ValueError("url must hold no name and no password; the token stands in LABEL_STUDIO_API_KEY")
        return url.rstrip("/")
