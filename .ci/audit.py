"""Known vulnerabilities among the locked packages, where the advisory service can be reached; says so where it cannot.

pip-audit exits 1 both for a finding and for a failed connection: its JSON tells them apart, since a failed run prints none.
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
    reason = run.stderr.strip().splitlines()
    print(f"dependency audit: not run, the advisory service did not answer ({reason[-1][:120] if reason else 'no reason given'})")
    sys.exit(0)
found = [(p["name"], p["version"], v["id"], v["fix_versions"]) for p in packages for v in p.get("vulns", ())]
for name, version, advisory, fixes in found:
    print(f"requirements/dev.txt: {name} {version}: {advisory}, fixed in {', '.join(fixes) or 'no release yet'}")
print(f"dependency audit: {len(packages)} packages, {len(found)} known vulnerabilities")
sys.exit(1 if found else 0)
