"""The settings are what docs/crawling.md says, and what Scrapy does with them is what we mean."""

import re
import subprocess
import sys

import pytest
from scrapy.settings import Settings
from scrapy.settings import default_settings as scrapys
from scrapy.utils.misc import load_object

from monitor import settings

OURS = {name: value for name, value in vars(settings).items() if name.isupper()}


def test_every_setting_is_scrapys_or_ours():
    assert [name for name in OURS if not name.startswith("MONITOR_") and not hasattr(scrapys, name)] == []


def test_every_setting_changes_something():
    same = [name for name in OURS if not name.startswith("MONITOR_") and getattr(scrapys, name) == OURS[name]]
    # Two are Scrapy's own at present, and are written down because all depends on them.
    assert set(same) <= {"TWISTED_REACTOR", "RETRY_TIMES"}


def test_every_component_is_there():
    for group in ("DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"):
        for path in OURS[group]:
            assert load_object(path)
    for name in ("SCHEDULER", "DOWNLOADER", "TWISTED_DNS_RESOLVER"):
        assert load_object(OURS[name])


def test_only_http_has_a_download_handler():
    merged = Settings()
    merged.setmodule(settings)
    handlers = merged.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_the_documentation_lists_every_setting_of_ours_and_no_other(checkout):
    documented = set(
        re.findall(r"^\| `(MONITOR_\w+)`", (checkout / "docs" / "crawling.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert documented == {name for name in OURS if name.startswith("MONITOR_")}


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("MONITOR_DATA", "/somewhere", "MONITOR_DB", "/somewhere/monitor.db"),
        ("MONITOR_DB", "/elsewhere/a.db", "MONITOR_DB", "/elsewhere/a.db"),
        (
            "MONITOR_CONTACT",
            "https://desk.example/bot",
            "USER_AGENT",
            f"Povestka/{settings.__version__} (+https://desk.example/bot)",
        ),
        ("MONITOR_DELAY", "2.5", "DOWNLOAD_DELAY", "2.5"),
        ("MONITOR_ALLOW_ADDRESSES", "127.0.0.0/8", "MONITOR_ALLOW_ADDRESSES", "127.0.0.0/8"),
    ],
)
def test_an_operator_sets_them_by_the_environment(checkout, monkeypatch, variable, value, setting, expected):
    for name in ("MONITOR_DATA", "MONITOR_DB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    said = subprocess.run(
        [sys.executable, "-m", "scrapy", "settings", "--get", setting], capture_output=True, text=True, cwd=checkout, check=True
    )
    assert said.stdout.strip() == expected
