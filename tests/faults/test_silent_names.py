"""Name servers that do not answer: a real one, on this machine, asked by crawls in a mount namespace of their own."""

import shutil
import socket
import subprocess

import pytest

COULD = shutil.which("unshare") and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
HOST, SERVER = "127.0.7.46", "127.0.7.79"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'


@pytest.fixture
def silent():
    """A name server that hears and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        try:
            server.bind((SERVER, 53))
        except OSError as error:
            pytest.skip(f"no name server can stand here: {error}")
        yield server


@pytest.mark.fault(64)
@pytest.mark.skipif(not COULD, reason="no mount namespaces here")
def test_names_that_nobody_answers_for_do_not_hold_up_those_of_the_list(newsroom, web, tmp_path, silent):
    (tmp_path / "resolv.conf").write_text(f"nameserver {SERVER}\noptions timeout:4 attempts:2\n", encoding="utf-8")
    (tmp_path / "hosts").write_text(f"{HOST} good.example\n127.0.0.1 localhost\n", encoding="utf-8")

    async def answer(call):
        if call.path == "/bad.xml":
            links = [f"http://n{n}.silent.example/{n}" for n in range(60)]
        elif call.path == "/good.xml":
            links = [f"http://good.example:{web.port}/story{n}" for n in range(6)]
        else:
            words = " ".join(f"word{call.path[1:]}x{n}" for n in range(40))
            await call.answer(200, call.article(f"Story {call.path}", words=words), Connection="close")
            return
        items = "".join(f"<item><title>{link}</title><link>{link}</link></item>" for link in links)
        await call.answer(200, RSS.format(items), type_="application/rss+xml")

    base = web.on(HOST, answer)
    newsroom.sources(bad=f"{base}/bad.xml", good=f"http://good.example:{web.port}/good.xml")
    mounts = " && ".join(f'mount --bind "{tmp_path}/{name}" /etc/{name}' for name in ("resolv.conf", "hosts"))
    settings = {"RETRY_TIMES": 0, "MONITOR_RUN_MINUTES": 0.7, "DOWNLOAD_TIMEOUT": 20}
    command = newsroom.command("feeds", "everything=1", **settings)
    process = newsroom.popen(["unshare", "-m", "bash", "-c", f'{mounts} && exec "$@"', "bash", *command])
    out, err = process.communicate(timeout=240)
    assert newsroom.query("SELECT count(*) FROM articles") == [(6,)], out + err
    ((last,),) = newsroom.query("SELECT max(finished) FROM fetches WHERE outcome = 'article'")
    ((first,),) = newsroom.query("SELECT min(finished) FROM fetches WHERE kind = 'article' AND url LIKE '%silent.example%'")
    assert last < first
