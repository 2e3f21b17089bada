"""A real redis-server on a socket of its own, which can be killed and started again."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

PROGRAM = Path("/usr/bin/redis-server")


class RedisServer:
    """With `durable`, every command is in its append-only file, and is there again after a kill."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder, self._durable = folder, durable
        self.url = f"unix://{folder}/socket"
        self.start()

    def start(self) -> None:
        command = [
            str(PROGRAM),
            "--port",
            "0",
            "--unixsocket",
            f"{self._folder}/socket",
            "--dir",
            str(self._folder),
            "--save",
            "",
        ]
        if self._durable:
            command += ["--appendonly", "yes", "--appendfsync", "always"]
        self._process = subprocess.Popen([*command, "--loglevel", "warning"], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while True:
            try:
                self.client().ping()
            except redis.RedisError:
                assert time.monotonic() < until, "redis-server does not start"
                time.sleep(0.01)
            else:
                return

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def forget(self) -> None:
        """What it had on the disk goes: it starts empty."""
        shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)

    def kill(self) -> None:
        """As `kill -9` does."""
        self._process.kill()
        self._process.wait()


@contextmanager
def redis_server(*, durable: bool = False) -> Iterator[RedisServer]:
    # Not in pytest's folder: the name of a socket has a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="povestka-redis-"))
    server = RedisServer(folder, durable=durable)
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)
