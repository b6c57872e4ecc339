"""What a release is called and what its data card says that cannot be computed."""

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from valuenet.warehouse.settings import Settings

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Semver = Annotated[str, StringConstraints(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
#: An Ed25519 key as it stands between the lines of a PEM file (DER of SubjectPublicKeyInfo in base64), or nothing.
PublicKey = Annotated[str, StringConstraints(pattern=r"^(MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=)?$")]


class ReleaseSettings(Settings):
    """Name, version, date and rights of a release. No clock goes into a release, so the date stands here."""

    name: Name = "valuenet"
    """Name of the data set, in lower case; the folder is called NAME-VERSION."""
    version: Semver = "1.0.0"
    """Version number MAJOR.MINOR.PATCH; `valuenet diff` proposes the next one."""
    date: dt.date = dt.date(2026, 11, 1)
    """Date of publication that stands on the card (YYYY-MM-DD)."""
    title: Text = "VALUENET: human values in social scenarios"
    """Title of the data card."""
    license: Text = "cc-by-sa-4.0"
    """Licence of the release, as an identifier of the Hugging Face hub; texts of Social-Chem-101 ask for this one."""
    license_url: Text = "https://creativecommons.org/licenses/by-sa/4.0/"
    """Where the licence can be read."""
    attribution: Text = "Scenarios derive from Social-Chem-101 (Forbes et al. 2020), CC BY-SA 4.0."
    """Whose work this stands on, as their licences ask it to be said."""
    source: Text = "Short situations of daily life, written by people online and collected in Social-Chem-101."
    """Where the texts come from."""
    citation: Text = (
        "Qiu, L., Zhao, Y., Li, J., Lu, P., Peng, B., Gao, J., and Zhu, S.-C. (2022). "
        "ValueNet: A New Dataset for Human Value Driven Dialogue System. AAAI."
    )
    """What to cite when the release is used."""
    url: Text = "https://huggingface.co/datasets/valuenet"
    """Home of the data set."""
    language: Annotated[tuple[Text, ...], Field(min_length=1)] = ("en",)
    """Languages of the texts (ISO 639-1)."""
    public_key: PublicKey = ""
    """Key that `valuenet release sign` signs by, as `valuenet release key` prints it; it then stands on the card."""

    @property
    def folder(self) -> str:
        """The name of the folder, or the last part of the s3 prefix."""
        return f"{self.name}-{self.version}"
