"""What lies in deploy/ is what its own readers take, and names nothing that the program has not."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest
import yaml

from monitor import settings
from monitor.cli import main

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").iterdir())
WORKFLOW = DEPLOY / "github-actions" / "crawl.yml"


def text(path):
    """Without comments, with broken lines joined."""
    lines = re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    return re.sub(r"\\\n\s*", " ", lines)


def commands():
    """Every call of the program, as (file, arguments)."""
    for path in FILES:
        found = re.findall(r"(?:\.venv/bin/|CMD |run: )monitor ([^;|&>}\n]+)", text(path))
        found += [
            " ".join(json.loads(said))
            for said in re.findall(r'^CMD (\[.*"(?:watch|serve|crawl)".*\])$', text(path), re.MULTILINE)
        ]
        yield from ((path.name, shlex.split(line)) for line in found)


def test_every_way_to_deploy_calls_the_program():
    assert {name for name, _ in commands()} == {
        "Dockerfile", "crawl.yml", "crontab", "povestka-crawl.service", "povestka-serve.service", "povestka-watch.service",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments"), list(commands()), ids=lambda said: said if isinstance(said, str) else " ".join(said)
)
def test_every_call_is_one_that_the_program_takes(name, arguments):
    verb, *rest = arguments
    parent = click.Context(main, info_name="monitor")
    verbs = main.list_commands(parent)
    assert verb in verbs
    main.get_command(parent, verb).make_context(verb, rest, parent=parent)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_is_one_that_the_program_reads(path):
    assert set(re.findall(r"\bMONITOR_[A-Z_]+\b", path.read_text("utf-8"))) <= set(vars(settings))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_address_leads_anywhere_but_here(path):
    hosts = re.findall(r"https?://([^/\s'\"}]+)", path.read_text("utf-8"))
    assert set(hosts) <= {"your-newsroom.example", "127.0.0.1:8001"}


def test_the_documentation_names_every_file():
    documented = (DEPLOY.parent / "docs" / "deploy.md").read_text("utf-8")
    assert [path.name for path in FILES if str(path.relative_to(DEPLOY)) not in documented] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_one_and_gives_no_more_rights_than_it_needs(unit):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read(unit, "utf-8")
    assert parsed["Unit"]["Description"]
    if unit.suffix == ".service":
        said = parsed["Service"]
        assert said["User"] == "povestka"
        assert (said["ProtectSystem"], said["NoNewPrivileges"], said["CapabilityBoundingSet"]) == ("strict", "yes", "")
        started = [line.split()[0] for line in re.findall(r"^ExecStart=-?(.*)", text(unit), re.MULTILINE)]
        assert set(started) == {f"{said['WorkingDirectory']}/.venv/bin/monitor"}


def test_systemd_takes_the_units_where_it_is_there(tmp_path):
    verify = shutil.which("systemd-analyze")
    here = str(Path(sys.executable).parent / "monitor")
    for unit in UNITS:
        # The program is not installed where the units look for it, and systemd looks too.
        copy = unit.read_text("utf-8").replace("/opt/povestka/.venv/bin/monitor", here)
        (tmp_path / unit.name).write_text(copy.replace("/opt/povestka", str(tmp_path)), "utf-8")
    for unit in UNITS if verify else ():
        said = subprocess.run(
            [verify, "verify", "--man=no", str(tmp_path / unit.name)], capture_output=True, text=True, check=False
        )
        assert unit.name not in said.stderr
    assert len(list(tmp_path.iterdir())) == 4


def test_the_timer_starts_the_crawl_and_makes_up_for_what_was_missed():
    timer = text(DEPLOY / "systemd" / "povestka-crawl.timer")
    assert "Persistent=yes" in timer
    assert "OnCalendar=*:0/15" in timer
    assert "SuccessExitStatus=3" in text(DEPLOY / "systemd" / "povestka-crawl.service")


def test_the_line_for_cron_is_one_that_a_shell_takes():
    *variables, line = text(DEPLOY / "crontab").strip().splitlines()
    assert all(re.fullmatch(r"MONITOR_[A-Z]+=\S+", variable) for variable in variables)
    *when, command = line.split(" ", 5)
    assert when == ["*/15", "*", "*", "*", "*"]
    assert "%" not in command, "cron reads it as the end of the line"
    subprocess.run(["sh", "-n", "-c", command], check=True)


def test_the_images_are_built_from_what_is_there_by_the_lock_and_run_as_nobody():
    said = text(DEPLOY / "Dockerfile")
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    copied = [source for line in re.findall(r"^COPY (.*)", said, re.MULTILINE) for source in line.split()[:-1]]
    assert copied
    for source in copied:
        assert (DEPLOY.parent / source).exists()
        assert f"!{source}" in ignored
    assert "pip install --require-hashes -r requirements/run.txt" in said
    assert said.index("USER povestka") < said.index("ENTRYPOINT")
    assert said.count("HEALTHCHECK") == said.count("\nCMD") == 2


COMPOSED = {name: yaml.safe_load((DEPLOY / name).read_text("utf-8")) for name in ("compose.yaml", "compose.workers.yaml")}


@pytest.mark.parametrize("name", COMPOSED)
def test_a_compose_file_agrees_with_the_dockerfile(name):
    compose = COMPOSED[name]
    said = text(DEPLOY / "Dockerfile")
    stages = re.findall(r"^FROM \S+ AS (\S+)", said, re.MULTILINE)
    for service in compose["services"].values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        volumes = [volume.split(":") for volume in service.get("volumes", ())]
        assert {name for name, *_ in volumes} <= set(compose["volumes"])
        if "build" not in service:
            continue  # the Redis is nothing of ours
        build = service["build"]
        assert build["target"] in stages
        assert (DEPLOY / build["context"] / build["dockerfile"]).exists()
        assert all(re.search(rf"^VOLUME .*{path}\b", said, re.MULTILINE) for _, path, *_ in volumes)


def test_several_workers_are_started_as_the_program_takes_it():
    services = COMPOSED["compose.workers.yaml"]["services"]
    parent = click.Context(main, info_name="monitor")
    for name in ("write", "worker"):
        verb, *rest = services[name]["command"]
        context = main.get_command(parent, verb).make_context(verb, list(rest), parent=parent)
        assert context.params["redis"] == ""  # the address stands in MONITOR_REDIS
        assert services[name]["environment"]["MONITOR_REDIS"].startswith("redis://queue:")
    assert services["worker"]["deploy"]["replicas"] == 3
    assert "vault" not in str(services["worker"])


def test_the_workflow_has_one_vault_one_writer_and_scripts_that_a_shell_takes():
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert workflow["permissions"] == {"contents": "write"}
    scripts = [step["run"] for step in workflow["jobs"]["crawl"]["steps"] if "run" in step]
    assert len(scripts) == 6
    for script in scripts:
        subprocess.run(["bash", "-n", "-c", script], check=True)


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.stem)
def test_each_service_reads_the_environment_that_the_docs_name_and_has_a_limit_of_memory(unit):
    assert "EnvironmentFile=-/etc/povestka.env\n" in text(unit)
    assert "MemoryMax=" in text(unit)


@pytest.mark.parametrize("secret", ["private.txt", "alerts.toml", "signing_key", "monitor.db", "warc"])
def test_no_image_has_what_is_the_newsrooms_own(secret):
    lines = text(DEPLOY / "Dockerfile.dockerignore").splitlines()
    assert any(fnmatch(f"data/{secret}", line) for line in lines[lines.index("!data") :])


def test_the_audit_reads_every_lock_that_is_not_within_another(checkout):
    locks = {
        lock.name: set(re.findall(r"^[\w.-]+==\S+", lock.read_text("utf-8"), re.MULTILINE))
        for lock in (checkout / "requirements").glob("*.txt")
    }
    within = {name for name, lock in locks.items() if any(lock < other for other in locks.values())}
    named = re.findall(r"requirements/(\w+\.txt)", (checkout / ".ci" / "audit.py").read_text("utf-8"))
    assert (set(named), within) == (locks.keys() - within, {"run.txt"})


AUDIT = """
import sys
lock = sys.argv[sys.argv.index("--requirement") + 1]
print({said!r} if lock == "requirements/replay.txt" else '{{"dependencies": []}}')
sys.exit(1)
"""


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("no answer", 0, "could not be audited, the advisory service did not answer (no reason given)"),
        (
            '{"dependencies": [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": []}]}',
            0,
            "1 of 2 packages could not be audited: a (not found)\n"
            "requirements/replay.txt: 1 packages audited, 0 known vulnerabilities",
        ),
        (
            '{"dependencies": [{"name": "b", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}',
            1,
            "b 1: CVE-1, fixed in 2\nrequirements/replay.txt: 1 packages audited, 1 known vulnerabilities",
        ),
    ],
)
def test_the_audit_says_what_it_could_not_audit_and_counts_what_it_did(tmp_path, checkout, said, code, told):
    others = "".join(f"requirements/{lock}.txt: 0 packages audited, 0 known vulnerabilities\n" for lock in ("dev", "peers"))
    (tmp_path / "pip_audit.py").write_text(AUDIT.format(said=said))
    done = subprocess.run(
        [sys.executable, checkout / ".ci" / "audit.py"], capture_output=True, text=True, check=False, cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (code, f"{others}requirements/replay.txt: {told}\n")
