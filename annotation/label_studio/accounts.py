"""Accounts of workers: the link by which people sign themselves up, and accounts made for them."""

import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

import requests

from valuenet.annotation.label_studio.client import LabelStudioClient, ServerUnreachableError

_TIMEOUT = 60


class MadeAccounts(NamedTuple):
    """What became of the addresses asked for. Passwords are here and nowhere else; hand them over and forget them."""

    made: dict[str, str]
    """E-mail address to one-time password."""
    already_there: tuple[str, ...]
    refused: tuple[str, ...]
    """Addresses the server makes no account for, as when they are written wrongly."""


def invite_link(client: LabelStudioClient) -> str:
    """Return the address at which people make an account of their own on the client's server."""
    path = str(client.get("/api/invite")["invite_url"])
    return path if path.startswith(("http://", "https://")) else client.url + path


def make_accounts(client: LabelStudioClient, emails: Iterable[str]) -> MadeAccounts:
    """Make an account for every address that has none, and return what became of each; case makes no difference.

    The API of the community edition makes users who can never sign in (it sets no password), so this fills in the form
    behind the invitation link, as each of them would.

    Raises:
        ServerUnreachableError: if the server cannot be reached; the same call then makes the accounts that are missing.
    """
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails if email.strip()))
    there = {str(member["user"]["email"]).lower() for member in members(client)}
    link = invite_link(client)
    made: dict[str, str] = {}
    for email in wanted:
        password = secrets.token_urlsafe(12)
        if email not in there and _sign_up(client, link, email, password):
            made[email] = password
    refused = [email for email in wanted if email not in there and email not in made]
    return MadeAccounts(made, tuple(email for email in wanted if email in there), tuple(refused))


def _sign_up(client: LabelStudioClient, link: str, email: str, password: str) -> bool:
    """Return whether the form was accepted: the server then sends the new user on to their projects."""
    try:
        with requests.Session() as visitor:
            visitor.get(link, timeout=_TIMEOUT).raise_for_status()
            form = {
                "email": email,
                "password": password,
                "allow_newsletters": "false",
                "csrfmiddlewaretoken": visitor.cookies.get("csrftoken", ""),
            }
            sent = visitor.post(link, data=form, headers={"Referer": link}, timeout=_TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise ServerUnreachableError(
            f"{client.url} broke off while accounts were made ({type(error).__name__}); run the same command again"
        ) from None
    return sent.status_code == HTTPStatus.FOUND


def members(client: LabelStudioClient) -> list[dict[str, Any]]:
    """Return everyone in the organisation; who was taken out of it is called 'Deleted'."""
    organization = client.get("/api/current-user/whoami")["active_organization"]
    return list(client.pages(f"/api/organizations/{organization}/memberships"))
