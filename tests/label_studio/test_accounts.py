"""Accounts on a real server."""

import pytest
import requests

from tests.label_studio.crowd import Person
from tests.label_studio.faulty_way import BROKEN, PASSED, faulty_way
from valuenet.annotation.label_studio.accounts import invite_link, make_accounts, members
from valuenet.annotation.label_studio.client import LabelStudioClient, ServerUnreachableError
from valuenet.annotation.label_studio.settings import LabelStudioSettings


@pytest.fixture
def client(label_studio):
    return LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)


def test_a_made_account_can_sign_in_and_is_a_member(client):
    came = make_accounts(client, ["Ida@Example.org ", "ida@example.org", "", "not an address"])
    assert list(came.made) == ["ida@example.org"]
    assert came.refused == ("not an address",)
    person = Person(client.url, "ida@example.org", came.made["ida@example.org"]).sign_in()
    assert person.user in {member["user"]["id"] for member in members(client)}
    assert person.session.get(f"{client.url}/api/projects").status_code == 200
    again = make_accounts(client, ["IDA@example.org"])
    assert (again.made, again.already_there, again.refused) == ({}, ("ida@example.org",), ())


def test_the_invitation_leads_to_a_form_for_an_account_of_ones_own(client):
    link = invite_link(client)
    assert link.startswith(f"{client.url}/user/signup/?token=")
    assert 'name="email"' in requests.get(link, timeout=30).text


def test_a_break_while_accounts_are_made_is_told_and_the_same_call_makes_the_rest(client, label_studio):
    with faulty_way(label_studio.url) as way:
        way.fate = [PASSED, PASSED, PASSED, BROKEN]
        faulty = LabelStudioClient(LabelStudioSettings(url=way.url), label_studio.token)
        with pytest.raises(ServerUnreachableError, match="run the same command again"):
            make_accounts(faulty, ["eva@example.org"])
    assert list(make_accounts(client, ["eva@example.org"]).made) == ["eva@example.org"]
