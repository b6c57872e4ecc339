"""All a Label Studio server of our own is told when it starts: its environment, and settings for its database."""

import os
from pathlib import Path

from valuenet.annotation.label_studio.server.administrator import Administrator

# Label Studio's own settings leave SQLite as it comes: writers are refused and try again (nine clients writing at once
# took 46 s, and 14 s with these). With a write-ahead log readers and the writer do not hinder one another; and a
# transaction says when it begins that it will write and waits its turn: one that turns from reading to writing is
# refused at once, however long the timeout.
_SETTINGS_MODULE = "valuenet_label_studio_settings"
# Their settings are run, not imported: they are read again while they are being made, by this module's name.
_SETTINGS = """\
from pathlib import Path

import label_studio

_theirs = Path(label_studio.__file__).parent / "core" / "settings" / "label_studio.py"
exec(compile(_theirs.read_text(encoding="utf-8"), str(_theirs), "exec"))
DATABASES["default"]["OPTIONS"] = {
    "timeout": 60,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;",
}
"""


def server_variables(folder: Path, administrator: Administrator) -> dict[str, str]:
    """Return every environment variable of the server, and write the settings they name into ``folder``.

    Nothing else is handed on: Label Studio reads names as plain as HOST, PASSWORD and DEBUG as settings of its own.
    """
    settings = folder / "settings"
    settings.mkdir(exist_ok=True)
    (settings / f"{_SETTINGS_MODULE}.py").write_text(_SETTINGS, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    ours = {
        "BASE_DATA_DIR": str(folder),
        "USERNAME": administrator.email,
        "PASSWORD": administrator.password,
        "USER_TOKEN": administrator.token,
        "ENABLE_LEGACY_API_TOKEN": "true",
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    django = {"DJANGO_SETTINGS_MODULE": _SETTINGS_MODULE, "PYTHONPATH": str(settings)}
    return kept | django | {f"LABEL_STUDIO_{name}": value for name, value in ours.items()}
