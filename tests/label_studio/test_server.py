import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.label_studio.conftest import RunningLabelStudio
from valuenet.annotation.label_studio.server.lock import ServerRunningError
from valuenet.annotation.label_studio.server.server import LabelStudioServer, PortTakenError


def _user(running: RunningLabelStudio, authorization: str) -> requests.Response:
    return requests.get(f"{running.url}/api/current-user/whoami", headers={"Authorization": authorization}, timeout=30)


def _access_token(running: RunningLabelStudio) -> str:
    answer = requests.post(f"{running.url}/api/token/refresh/", json={"refresh": running.personal_token}, timeout=30)
    return str(answer.json()["access"])


def test_both_kinds_of_token_are_the_administrators(label_studio: RunningLabelStudio) -> None:
    for authorization in (f"Token {label_studio.token}", f"Bearer {_access_token(label_studio)}"):
        answer = _user(label_studio, authorization)
        assert (answer.status_code, answer.json()["email"]) == (200, label_studio.admin_email)
    assert _user(label_studio, "Token 0123456789abcdef0123456789abcdef01234567").status_code == 401


def test_the_password_signs_in(label_studio: RunningLabelStudio) -> None:
    with requests.Session() as session:
        session.get(f"{label_studio.url}/user/login/", timeout=30)
        form = {
            "email": label_studio.admin_email,
            "password": label_studio.admin_password,
            "csrfmiddlewaretoken": session.cookies["csrftoken"],
        }
        answer = session.post(f"{label_studio.url}/user/login/", data=form, timeout=30, allow_redirects=False)
        assert (answer.status_code, "login" in answer.headers["Location"]) == (302, False)


def test_nobody_signs_up_without_the_link(label_studio: RunningLabelStudio) -> None:
    with requests.Session() as session:
        session.get(f"{label_studio.url}/user/signup/", timeout=30)
        form = {
            "email": "someone@example.org",
            "password": "a-long-password",
            "csrfmiddlewaretoken": session.cookies.get("csrftoken", ""),
        }
        assert session.post(f"{label_studio.url}/user/signup/", data=form, timeout=30).status_code == 403
    administrator = {"Authorization": f"Token {label_studio.token}"}
    users = requests.get(f"{label_studio.url}/api/users/", headers=administrator, timeout=30).json()
    assert "someone@example.org" not in {user["email"] for user in users}


def test_secrets_are_in_files_only_their_owner_reads_and_not_in_the_log(label_studio: RunningLabelStudio) -> None:
    folder = label_studio.server.folder
    assert stat.S_IMODE((folder / "administrator.json").stat().st_mode) == 0o600
    secrets = (label_studio.token, label_studio.personal_token, label_studio.admin_password)
    assert all(len(secret) > 20 for secret in secrets)
    shown = label_studio.server.log.read_text() + repr(label_studio.server.administrator)
    assert not [secret for secret in secrets if secret in shown]


def test_a_second_start_on_the_same_data_is_refused_with_the_address_of_the_first(
    label_studio: RunningLabelStudio,
) -> None:
    second = LabelStudioServer(label_studio.server.folder, environment=label_studio.server.environment)
    with pytest.raises(ServerRunningError, match=label_studio.url.rsplit(":", 1)[1]):
        second.start()
    assert second.url == label_studio.url


def test_a_port_another_program_listens_on_is_refused(label_studio: RunningLabelStudio, tmp_path: Path) -> None:
    taken = int(label_studio.url.rsplit(":", 1)[1])
    other = LabelStudioServer(tmp_path / "other", environment=label_studio.server.environment, port=taken)
    with pytest.raises(PortTakenError, match=str(taken)):
        other.start()
    assert other.url is None


def test_what_was_stopped_leaves_no_process_and_starts_again_with_its_data(label_studio: RunningLabelStudio) -> None:
    administrator = {"Authorization": f"Token {label_studio.token}"}
    made = requests.post(
        f"{label_studio.url}/api/projects", json={"title": "kept"}, headers=administrator, timeout=30
    ).json()
    before = (label_studio.token, label_studio.personal_token, label_studio.admin_password)

    label_studio.stop()

    assert label_studio.server.url is None
    assert _processes_on(label_studio.server.folder) == []
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{label_studio.url}/health", timeout=5)

    label_studio.start()

    assert label_studio.server.url == label_studio.url
    kept = requests.get(f"{label_studio.url}/api/projects/{made['id']}", headers=administrator, timeout=30)
    assert kept.json()["title"] == "kept"
    assert (label_studio.token, label_studio.personal_token, label_studio.admin_password) == before
    assert requests.delete(f"{label_studio.url}/api/projects/{made['id']}", headers=administrator, timeout=30).ok


def test_another_process_sees_stops_and_restarts_the_server_after_a_kill(label_studio: RunningLabelStudio) -> None:
    server = label_studio.server
    code = "import sys; from pathlib import Path\n"
    code += "from valuenet.annotation.label_studio.server.server import LabelStudioServer\n"
    code += "print(LabelStudioServer(Path(sys.argv[1])).stop())"
    for expected in ("True", "False"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(server.folder)], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected
    assert _processes_on(server.folder) == []
    label_studio.start()
    assert _user(label_studio, f"Token {label_studio.token}").ok


def _processes_on(folder: Path) -> list[int]:
    """Process ids of this user whose working directory is ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder and (process / "stat").read_text().split()[2] != "Z":
                found.append(int(process.name))
        except OSError:
            continue
    return found
