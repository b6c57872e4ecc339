"""The administrator of a Label Studio server of our own: made once, kept where only its owner can read it."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from valuenet.warehouse.errors import StorageError

EMAIL = "admin@valuenet.local"


class AdministratorError(StorageError):
    """The administrator's file cannot be used, or the server does not know its secrets."""


@dataclass(frozen=True)
class Administrator:
    """Who may do everything. The secrets are left out when it is printed."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    """Legacy token, sent as ``Authorization: Token ...``."""
    personal_token: str | None = field(default=None, repr=False)
    """Personal token: exchanged at /api/token/refresh for access tokens; None before the first start."""


def administrator_at(path: Path) -> Administrator:
    """Return the administrator kept at ``path``; made now, from the system's randomness, where there is none.

    Raises:
        AdministratorError: if the file does not hold one.
    """
    if not path.exists():
        made = Administrator(EMAIL, password=secrets.token_urlsafe(24), token=secrets.token_hex(20))
        save_administrator(path, made)
        return made
    try:
        return Administrator(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise AdministratorError(
            f"{path} does not hold an administrator; put the file back that was written with this data folder, or begin"
            " with an empty one"
        ) from None


def save_administrator(path: Path, administrator: Administrator) -> None:
    """Write ``administrator`` to ``path``, readable by its owner alone from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        json.dump(asdict(administrator), handle)
    unfinished.replace(path)


def with_personal_token(administrator: Administrator, url: str) -> Administrator:
    """Return ``administrator`` with a personal token the server at ``url`` gave out; unchanged where it has one.

    A server gives a user one personal token and shows it once, so one nobody kept is withdrawn first.

    Raises:
        AdministratorError: if the server does not accept the legacy token.
    """
    import requests

    if administrator.personal_token:
        return administrator
    with requests.Session() as session:
        session.headers["Authorization"] = f"Token {administrator.token}"
        listed = session.get(f"{url}/api/token/", timeout=60)
        for lost in listed.json() if listed.ok else ():
            session.post(f"{url}/api/token/blacklist/", json={"refresh": lost["token"]}, timeout=60)
        made = session.post(f"{url}/api/token/", timeout=60)
    if not made.ok:
        raise AdministratorError(
            f"Label Studio at {url} does not know this administrator (answer {made.status_code}): its data and the"
            " administrator's file do not belong together; put the file back, or begin with an empty folder"
        )
    return replace(administrator, personal_token=made.json()["token"])
