"""Known vulnerabilities among the locked packages, where the advisory service can be reached; says so where it cannot.

pip-audit exits 1 both for a finding and for a failed connection: its JSON tells them apart, since a failed run prints none.
A package that it could not look up is in it with the reason (`skip_reason`) in place of its advisories.
"""

import json
import subprocess
import sys

run = subprocess.run(
    [sys.executable, "-m", "pip_audit", "--requirement", "requirements/dev.txt", "--require-hashes", "--disable-pip",
     "--format", "json", "--progress-spinner", "off", "--timeout", "10"],
    capture_output=True, text=True, check=False,
)  # fmt: skip
try:
    packages = json.loads(run.stdout)["dependencies"]
except (json.JSONDecodeError, KeyError):
    reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
    print(f"dependency audit: could not be audited, the advisory service did not answer ({reason[:120]})")
    sys.exit(0)
audited = [p for p in packages if "vulns" in p]
if left_out := [p for p in packages if "vulns" not in p]:
    names = ", ".join(p["name"] for p in left_out[:5]) + " ..." * (len(left_out) > 5)
    reason = left_out[0].get("skip_reason", "no reason given")
    print(f"dependency audit: {len(left_out)} of {len(packages)} packages could not be audited: {names} ({reason[:120]})")
found = [(p["name"], p["version"], v["id"], v["fix_versions"]) for p in audited for v in p["vulns"]]
for name, version, advisory, fixes in found:
    print(f"requirements/dev.txt: {name} {version}: {advisory}, fixed in {', '.join(fixes) or 'no release yet'}")
print(f"dependency audit: {len(audited)} packages audited, {len(found)} known vulnerabilities")
sys.exit(1 if found else 0)
