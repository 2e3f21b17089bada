"""`monitor press`: serves until it is interrupted, and says where."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path


def test_it_says_where_it_is_writes_the_folder_and_stops_when_told(tmp_path: Path) -> None:
    program = f"from pathlib import Path; from monitor.press import run; run(0, load='3x5', data=Path({str(tmp_path)!r}))"
    with subprocess.Popen([sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(5)]
        [home] = re.findall(r"http://127\.1\.0\.1:\d+/", said[2])
        assert f"{tmp_path} points at this press: MONITOR_ALLOW_ADDRESSES=127.0.0.0/8 " in said[0]
        assert "3 fictional outlets" in said[1]
        with urllib.request.urlopen(home, timeout=120) as answer:
            assert answer.status == 200
        assert home in (tmp_path / "sources.csv").read_text(encoding="utf-8")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 0
        assert process.stdout.read() == "stopped\n"
