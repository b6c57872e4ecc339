"""What README and docs show as a settings file is one."""

import re
from pathlib import Path

import pytest

from valuenet.flows.settings.valuenet import load_settings

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = [(page, text) for page in PAGES for text in re.findall(r"^```toml\n(.*?)^```", page.read_text(), re.M | re.S)]


@pytest.mark.parametrize(("page", "text"), SHOWN, ids=[page.name for page, _ in SHOWN])
def test_a_settings_file_that_a_page_shows_is_read(page, text, tmp_path):
    (tmp_path / "settings.toml").write_text(text)
    load_settings(tmp_path / "settings.toml")


def test_pages_show_some():
    assert {page.name for page, _ in SHOWN} >= {"README.md", "people.md", "reddit.md", "scoring.md"}
