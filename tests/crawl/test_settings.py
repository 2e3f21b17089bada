"""The settings are what docs/crawling.md says, and what Scrapy does with them is what we mean."""

import re
import subprocess
import sys

import pytest
from scrapy.settings import Settings
from scrapy.settings import default_settings as scrapys
from scrapy.utils.misc import load_object

from monitor import settings
from monitor.crawl import addon
from monitor.errors import UsageError

OURS = {name: value for name, value in vars(settings).items() if name.isupper()}


def test_every_setting_is_scrapys_or_ours():
    assert [name for name in OURS if not name.startswith("MONITOR_") and not hasattr(scrapys, name)] == []


def test_every_setting_changes_something():
    same = [name for name in OURS if not name.startswith("MONITOR_") and getattr(scrapys, name) == OURS[name]]
    # Two are Scrapy's own at present, and are written down because all depends on them.
    assert set(same) <= {"TWISTED_REACTOR", "RETRY_TIMES"}


def test_every_component_is_there():
    for group in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"):
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


def test_the_documentation_says_which_settings_the_environment_gives(checkout):
    rows = re.findall(
        r"^\| `(MONITOR_\w+)` \| (yes)?", (checkout / "docs" / "crawling.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    read = re.findall(r'environ\.get\("(\w+)"', (checkout / "monitor" / "settings.py").read_text(encoding="utf-8"))
    assert {name for name, given in rows if given} == set(read)


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("MONITOR_DATA", "/somewhere", "MONITOR_DATA", "/somewhere"),
        ("MONITOR_DB", "/elsewhere/a.db", "MONITOR_DB", "/elsewhere/a.db"),
        (
            "MONITOR_CONTACT",
            "https://desk.example/bot",
            "USER_AGENT",
            f"Povestka/{settings.__version__} (+https://desk.example/bot)",
        ),
        ("MONITOR_DELAY", "2.5", "DOWNLOAD_DELAY", "2.5"),
        ("MONITOR_RUN_MINUTES", "15", "MONITOR_RUN_MINUTES", "15"),
        ("MONITOR_ALLOW_ADDRESSES", "127.0.0.0/8", "MONITOR_ALLOW_ADDRESSES", "127.0.0.0/8"),
    ],
)
def test_an_operator_sets_them_by_the_environment(checkout, monkeypatch, variable, value, setting, expected):
    monkeypatch.setenv(variable, value)
    assert scrapy(checkout, "settings", "--get", setting).stdout.strip() == expected


@pytest.mark.parametrize(
    ("given", "setting", "expected"),
    [
        ({"MONITOR_DELAY": "5"}, "DOWNLOAD_DELAY", 5.0),
        ({"MONITOR_DELAY": "5", "DOWNLOAD_DELAY": "7"}, "DOWNLOAD_DELAY", "7"),
        ({"MONITOR_CONTACT": "desk@bridge.example"}, "USER_AGENT", f"Povestka/{settings.__version__} (+desk@bridge.example)"),
        ({"MONITOR_CONTACT": "desk@bridge.example", "USER_AGENT": "Other/1"}, "USER_AGENT", "Other/1"),
        ({"MONITOR_DATA": "/somewhere"}, "MONITOR_DB", "/somewhere/monitor.db"),
        ({"MONITOR_DATA": "/somewhere", "MONITOR_DB": "a.db"}, "MONITOR_DB", "a.db"),
    ],
)
def test_what_is_given_for_one_run_reaches_what_follows_from_it(given, setting, expected):
    merged = Settings()
    merged.setmodule(settings, priority="project")
    merged.setdict(given, priority="cmdline")
    addon.apply(merged)
    assert merged[setting] == expected


@pytest.mark.parametrize("name", [*addon._SECONDS, *addon._MINUTES, *addon._NUMBERS])
@pytest.mark.parametrize("said", ["fast", "-1", "nan", ""])
def test_a_number_that_is_none_is_refused_by_name(name, said):
    merged = Settings({**OURS, name: said})
    with pytest.raises(UsageError, match=f"{name}: {said!r} is no "):
        addon.apply(merged)


def test_every_setting_of_ours_that_is_a_number_is_checked():
    numbers = {name for name, value in OURS.items() if name.startswith("MONITOR_") and isinstance(value, int | float)}
    from_outside = {"MONITOR_DELAY", "MONITOR_LEASE", "MONITOR_RUN_MINUTES", "MONITOR_WORKERS"}
    assert numbers | from_outside == {*addon._SECONDS, *addon._MINUTES, *addon._NUMBERS}


def scrapy(checkout, *arguments):
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=checkout, check=False)


def test_a_setting_that_cannot_be_read_is_one_line_in_scrapys_commands_too(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("MONITOR_DELAY", "fast")
    monkeypatch.setenv("MONITOR_DB", str(tmp_path / "monitor.db"))
    assert {"feeds", "related", "replay"} <= set(scrapy(checkout, "list").stdout.split())
    done = scrapy(checkout, "crawl", "feeds", "--nolog")
    assert done.returncode == 2
    assert done.stderr == "monitor: MONITOR_DELAY: 'fast' is no number of seconds, such as 1 or 0.5\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        ("foo", "foo: neither an http(s) address nor a file that can be read: No such file or directory"),
        ("https://bridge.example/1,http://", "'http://' is no http(s) address"),
        ("{listed}", "'mailto:desk@bridge.example' is no http(s) address"),
    ],
)
def test_what_is_no_address_is_one_line_in_scrapys_command_and_makes_no_vault(checkout, urls, said, monkeypatch, tmp_path):
    monkeypatch.setenv("MONITOR_DB", str(tmp_path / "vault" / "monitor.db"))
    listed = tmp_path / "listed.txt"
    listed.write_text("https://bridge.example/1\nmailto:desk@bridge.example\n")
    done = scrapy(checkout, "crawl", "related", "-a", f"urls={urls.format(listed=listed)}", "--nolog")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"monitor: {said}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["listed.txt"]


def test_an_argument_that_the_spider_has_not_is_one_line_and_makes_no_vault(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("MONITOR_DB", str(tmp_path / "vault" / "monitor.db"))
    done = scrapy(checkout, "crawl", "feeds", "-a", "sorce=bereg", "--nolog")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "monitor: the spider `feeds` has no argument sorce\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["-O", "-o"])
def test_items_to_a_file_are_refused_with_a_word_of_what_writes_one(checkout, option, tmp_path):
    done = scrapy(checkout, "crawl", "feeds", option, str(tmp_path / "items.json"))
    assert done.returncode == 2
    assert "`monitor export coverage -o FILE` writes it" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


OWN_SPIDER = """
import scrapy
class Own(scrapy.Spider):
    name = "own"
    async def start(self):
        yield {"seen": self.settings["USER_AGENT"]}
"""


@pytest.mark.parametrize("command", ["shell", "runspider"])
def test_a_crawler_that_is_not_ours_gets_scrapys_own_parts_and_no_vault(checkout, command, monkeypatch, tmp_path):
    monkeypatch.setenv("MONITOR_DB", str(tmp_path / "monitor.db"))
    (tmp_path / "own.py").write_text(OWN_SPIDER)
    given = {"shell": ["-c", "crawler.settings['USER_AGENT']"], "runspider": [str(tmp_path / "own.py"), "-o", "-:jsonlines"]}
    done = scrapy(checkout, command, *given[command], "--nolog")
    assert done.returncode == 0, done.stderr
    assert settings.USER_AGENT in done.stdout
    assert not (tmp_path / "monitor.db").exists()
