"""The server's life with a stand-in program: what a real one takes half a minute for is tried here in a second."""

import json
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest
import requests

from valuenet.annotation.label_studio.server.administrator import Administrator, AdministratorError, administrator_at
from valuenet.annotation.label_studio.server.environment import (
    LabelStudioInstallError,
    install_label_studio,
    is_installed,
)
from valuenet.annotation.label_studio.server.lock import ServerRunningError
from valuenet.annotation.label_studio.server.server import LabelStudioServer, PortTakenError, ServerFailedError

PROGRAM = f"""#!{sys.executable}
import json, os, signal, subprocess, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answers(BaseHTTPRequestHandler):
    tokens = []
    def reply(self, status, body):
        self.send_response(status); self.end_headers(); self.wfile.write(json.dumps(body).encode())
    def known(self):
        return self.headers.get("Authorization") == "Token " + os.environ["LABEL_STUDIO_USER_TOKEN"]
    def do_GET(self):
        if self.path == "/health":
            self.reply(200, {{}})
        elif self.path == "/environment":
            self.reply(200, dict(os.environ))
        else:
            self.reply(200 if self.known() else 401, [{{"token": token}} for token in self.tokens])
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("blacklist/"):
            self.tokens.clear()
        elif not self.known() or self.tokens:
            return self.reply(401 if not self.known() else 409, {{}})
        else:
            self.tokens.append("a.b.c")
        self.reply(201, {{"token": "a.b.c"}})
    def log_message(self, *args): pass

BEHAVIOUR
subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 300"])
HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Answers).serve_forever()
"""


def _environment(folder: Path, behaviour: str = "") -> Path:
    program = folder / "environment" / "bin" / "label-studio"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM.replace("BEHAVIOUR", behaviour))
    program.chmod(0o755)
    return folder / "environment"


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest):
    made = LabelStudioServer(tmp_path / "data", environment=_environment(tmp_path, getattr(request, "param", "")))
    yield made
    made.stop()


def _children_of(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_a_server_starts_is_found_by_another_object_and_leaves_nothing_when_stopped(server: LabelStudioServer) -> None:
    url = server.start(timeout=30)
    other = LabelStudioServer(server.folder, environment=server.environment)
    assert (server.url, other.url) == (url, url)
    assert len(_children_of(server.folder)) >= 2
    with pytest.raises(ServerRunningError, match=url.rsplit(":", 1)[1]):
        other.start()
    assert other.stop() is True
    assert (_children_of(server.folder), server.url, server.stop()) == ([], None, False)
    assert server.start(timeout=30) == url


def test_a_server_that_was_killed_is_not_taken_for_a_running_one(server: LabelStudioServer) -> None:
    server.start(timeout=30)
    os.killpg(json.loads((server.folder / "server.json").read_text())["pid"], 9)
    server._process.wait()
    assert server.url is None
    assert server.start(timeout=30)


@pytest.mark.parametrize("server", ["signal.signal(signal.SIGTERM, signal.SIG_IGN)"], indirect=True)
def test_a_server_that_will_not_end_is_killed(server: LabelStudioServer) -> None:
    server.start(timeout=30)
    assert server.stop(timeout=0.5) is True
    assert _children_of(server.folder) == []


@pytest.mark.parametrize("server", ["sys.exit('no space left for the database')"], indirect=True)
def test_a_server_that_ends_early_is_an_error_with_the_end_of_its_log(server: LabelStudioServer) -> None:
    with pytest.raises(ServerFailedError, match="no space left for the database"):
        server.start(timeout=30)
    assert server.url is None


@pytest.mark.parametrize("server", ["print('waiting for a lock', flush=True); time.sleep(300)"], indirect=True)
def test_a_server_that_does_not_answer_in_time_is_stopped(server: LabelStudioServer) -> None:
    with pytest.raises(ServerFailedError, match=r"did not answer in 2 s(.|\n)*waiting for a lock"):
        server.start(timeout=2)
    assert _children_of(server.folder) == []


def test_a_port_another_program_has_is_refused_before_anything_starts(server: LabelStudioServer) -> None:
    url = server.start(timeout=30)
    other = LabelStudioServer(
        server.folder.parent / "other", environment=server.environment, port=int(url.rsplit(":", 1)[1])
    )
    with pytest.raises(PortTakenError, match=r"port \d+ is taken"):
        other.start()


def test_the_server_is_handed_no_variable_of_ours_that_it_would_read_as_a_setting(
    server: LabelStudioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "a token")
    told = requests.get(f"{server.start(timeout=30)}/environment", timeout=10).json()
    assert "DEBUG" not in told
    assert "LABEL_STUDIO_API_KEY" not in told
    assert told["LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK"] == "true"
    assert (told["LABEL_STUDIO_COLLECT_ANALYTICS"], told["LABEL_STUDIO_SENTRY_DSN"]) == ("false", "")


def test_the_administrator_is_made_once_and_kept_where_only_its_owner_reads(server: LabelStudioServer) -> None:
    before = server.administrator
    assert before.personal_token is None
    server.start(timeout=30)
    file = server.folder / "administrator.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (server.administrator.token, server.administrator.personal_token) == (before.token, "a.b.c")
    assert not {before.token, before.password} & set(repr(before).split("'"))


def test_a_personal_token_nobody_kept_is_withdrawn_and_made_anew(server: LabelStudioServer) -> None:
    server.start(timeout=30)
    file = server.folder / "administrator.json"
    server.stop()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"personal_token": None}))
    server.start(timeout=30)
    assert server.administrator.personal_token == "a.b.c"


def test_an_administrator_the_data_do_not_know_is_an_error(tmp_path: Path) -> None:
    wrong = "os.environ['LABEL_STUDIO_USER_TOKEN'] = 'that of the data'"
    server = LabelStudioServer(tmp_path / "data", environment=_environment(tmp_path, wrong))
    with pytest.raises(AdministratorError, match="do not belong together"):
        server.start(timeout=30)
    assert server.url is None
    (tmp_path / "broken.json").write_text("{}")
    with pytest.raises(AdministratorError, match=r"broken\.json"):
        administrator_at(tmp_path / "broken.json")


def test_nothing_secret_is_shown_when_an_administrator_is_printed() -> None:
    shown = repr(Administrator("a@b.c", password="one", token="two", personal_token="three"))
    assert shown == "Administrator(email='a@b.c')"


def test_a_start_without_an_installation_says_how_to_install(tmp_path: Path) -> None:
    with pytest.raises(LabelStudioInstallError, match="valuenet label-studio install"):
        LabelStudioServer(tmp_path / "data").start()


def test_an_environment_is_made_once_and_anew_when_the_constraints_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip installs a stand-in from a folder, without a network."""
    info = "label_studio-1.0.dist-info"
    with zipfile.ZipFile(tmp_path / "label_studio-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("label_studio.py", "def main():\n    print('started')\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: label-studio\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\nlabel-studio = label_studio:main\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    constraints, environment = tmp_path / "constraints.txt", tmp_path / "venv"
    constraints.write_text("label-studio==1.0\n")
    assert install_label_studio(environment, constraints=constraints) is True
    assert is_installed(environment)
    assert install_label_studio(environment, constraints=constraints) is False
    constraints.write_text("label-studio==2.0\n")
    with pytest.raises(LabelStudioInstallError, match="label-studio"):
        install_label_studio(environment, constraints=constraints)
