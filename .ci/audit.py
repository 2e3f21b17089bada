"""Known vulnerabilities among the packages of each lock, where the advisory service can be reached; says so where it cannot.

pip-audit exits 1 both for a finding and for a failed connection: its JSON tells them apart, since a failed run prints none.
A package that it could not look up is in it with the reason (`skip_reason`) in place of its advisories. The lock for running is
within the one for developing.
"""

import json
import subprocess
import sys

LOCKS = ["requirements/dev.txt", "requirements/peers.txt", "requirements/replay.txt"]


def audit(lock: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip",
         "--format", "json", "--progress-spinner", "off", "--timeout", "10"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def has_findings(lock: str, said: str, complaint: str) -> bool:
    """Prints what was found in a lock, and what could not be audited."""
    try:
        packages = json.loads(said)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        reason = (complaint.strip().splitlines() or ["no reason given"])[-1]
        print(f"{lock}: could not be audited, the advisory service did not answer ({reason[:120]})")
        return False
    audited = [p for p in packages if "vulns" in p]
    if left_out := [p for p in packages if "vulns" not in p]:
        names = ", ".join(p["name"] for p in left_out[:5]) + " ..." * (len(left_out) > 5)
        reason = left_out[0].get("skip_reason", "no reason given")
        print(f"{lock}: {len(left_out)} of {len(packages)} packages could not be audited: {names} ({reason[:120]})")
    found = [(p["name"], p["version"], v["id"], v["fix_versions"]) for p in audited for v in p["vulns"]]
    for name, version, advisory, fixes in found:
        print(f"{lock}: {name} {version}: {advisory}, fixed in {', '.join(fixes) or 'no release yet'}")
    print(f"{lock}: {len(audited)} packages audited, {len(found)} known vulnerabilities")
    return bool(found)


runs = {lock: audit(lock) for lock in LOCKS}
findings = [has_findings(lock, *run.communicate()) for lock, run in runs.items()]
sys.exit(any(findings))
