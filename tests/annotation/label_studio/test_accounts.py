import pytest

from tests.annotation.label_studio.test_client import client_of, server  # noqa: F401 - a fixture
from valuenet.annotation.label_studio.accounts import invite_link, make_accounts
from valuenet.annotation.label_studio.client import ServerUnreachableError

WHO = (200, {"id": 1, "active_organization": 1})
MEMBERS = (200, {"results": [{"user": {"id": 2, "email": "Ann@example.org"}}], "next": None})
INVITE = (200, {"invite_url": "/user/signup/?token=abc"})
FORM = (200, b"<form>", ("Set-Cookie", "csrftoken=xyz; Path=/"))


def test_the_invitation_is_a_whole_address(server):  # noqa: F811
    server.answers = [INVITE, (200, {"invite_url": "https://studio.example.org/user/signup/?token=abc"})]
    assert invite_link(client_of(server)) == f"{server.url}/user/signup/?token=abc"
    assert invite_link(client_of(server)).startswith("https://studio.example.org/")


def test_accounts_are_made_there_already_or_refused(server):  # noqa: F811
    server.answers = [
        WHO,
        MEMBERS,
        INVITE,
        FORM,
        (302, b"", ("Location", "/")),
        FORM,
        (200, b"<form> enter an address"),
    ]
    came = make_accounts(client_of(server), [" Bea@Example.org", "ann@example.org", "bea@example.org", "nonsense", ""])
    assert list(came.made) == ["bea@example.org"]
    assert len(came.made["bea@example.org"]) >= 12
    assert (came.already_there, came.refused) == (("ann@example.org",), ("nonsense",))
    assert [path for _, path, _, _ in server.asked[3:]] == ["/user/signup/?token=abc"] * 4


def test_a_break_in_the_middle_is_told_without_any_address(server):  # noqa: F811
    server.answers = [WHO, MEMBERS, INVITE, "broken"]
    with pytest.raises(ServerUnreachableError, match="run the same command again") as caught:
        make_accounts(client_of(server), ["bea@example.org"])
    assert "bea" not in str(caught.value)
