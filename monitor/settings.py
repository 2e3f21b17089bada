"""Scrapy's settings, each with its reason. Reads the operator's MONITOR_* environment variables and nothing else.

docs/crawling.md lists what an operator may set. Everything here can be overridden for one run with `scrapy crawl -s NAME=VALUE`.
"""

import os

from monitor import __version__


def user_agent(contact: str) -> str:
    """The User-Agent header: name, version and the operator's contact address. RFC 9110, section 10.1.5."""
    return f"Povestka/{__version__} ({f'+{contact}' if contact else 'media monitor'})"


# --- The operator's settings: the only environment variables that a crawl reads. -----------------------------------------

# The newsroom's folder, and the vault; the WARC folder `warc/` lies beside the vault.
MONITOR_DATA = os.environ.get("MONITOR_DATA", "data")
MONITOR_DB = os.environ.get("MONITOR_DB", "")  # empty: monitor.db in the newsroom's folder
# An address or page at which an outlet's administrator finds out who we are.
MONITOR_CONTACT = os.environ.get("MONITOR_CONTACT", "")
# Networks that may be visited although they are not public, as CIDR, comma-separated: the demo's press lives on 127.0.0.0/8.
MONITOR_ALLOW_ADDRESSES = os.environ.get("MONITOR_ALLOW_ADDRESSES", "")
# Seconds between two requests to one host.
MONITOR_DELAY = os.environ.get("MONITOR_DELAY", "1")
# Minutes after which a run takes on nothing more; what is left waits for the next one.
MONITOR_RUN_MINUTES = os.environ.get("MONITOR_RUN_MINUTES", "60")
# The time (ISO 8601 with zone) at which the run's clock starts, for the demo press, whose days pass faster than real ones. Such a
# run connects to this machine only: observations made with a set clock must never pass for real ones.
MONITOR_CLOCK = os.environ.get("MONITOR_CLOCK", "")
# The log format on stderr: plain lines for people, or json: one JSON object for every log record and every request.
MONITOR_LOG = os.environ.get("MONITOR_LOG", "plain")
# The SSH key (Ed25519, without a passphrase) that signs the archive's log; empty: `signing_key` beside the vault, made there.
MONITOR_SIGNING_KEY = os.environ.get("MONITOR_SIGNING_KEY", "")
# A time stamp authority (RFC 3161) that stamps each signed checkpoint of the log; empty: none.
MONITOR_TIMESTAMP_AUTHORITY = os.environ.get("MONITOR_TIMESTAMP_AUTHORITY", "")
# The certificates (PEM) by which `monitor verify` trusts that authority; empty: time stamps are not checked.
MONITOR_TIMESTAMP_CERTIFICATE = os.environ.get("MONITOR_TIMESTAMP_CERTIFICATE", "")
# OpenTimestamps calendars that bind the checkpoints to the Bitcoin chain, with blanks between them; empty: none. And a file of
# block headers, one a line, to check their proofs with.
MONITOR_CALENDARS = os.environ.get("MONITOR_CALENDARS", "")
MONITOR_BITCOIN_HEADERS = os.environ.get("MONITOR_BITCOIN_HEADERS", "")
# Another archive that `monitor outside` asks about articles, as https://web.archive.org; empty: nobody learns of them.
MONITOR_OUTSIDE_ARCHIVE = os.environ.get("MONITOR_OUTSIDE_ARCHIVE", "")
# The address under which readers know the site, as https://povestka.example: of what citations lead to.
MONITOR_SITE = os.environ.get("MONITOR_SITE", "")
# 1: compute an embedding of each relevant article (`povestka[meaning]`) and group stories by it too: 0.2 s of CPU an article.
MONITOR_MEANING = os.environ.get("MONITOR_MEANING", "0")
# The Redis or Valkey between a writer and its workers, for `--redis` without an address: a password on the command line would be
# visible in the list of processes. And the lease in seconds: a silent worker's tasks then go to another worker.
MONITOR_REDIS = os.environ.get("MONITOR_REDIS", "")
MONITOR_LEASE = os.environ.get("MONITOR_LEASE", "60")

# --- What a run may cost, and how far it goes. ---------------------------------------------------------------------------

# Links followed from an article that a feed or a person gave: a related article's related article is the last.
MONITOR_DEPTH = 2
# Pages a host a run: a calendar without end stops here, and what is left waits for the next run.
MONITOR_HOST_PAGES = 500
# Of these, pages at each depth that links lead to: with two depths, three fifths are left for what feeds list, however many
# addresses one page turns into (session ids in paths, lists by every facet).
MONITOR_DEPTH_PAGES = 100
# Articles a host that one run of `recheck` looks at again: at one a second, two minutes of the time in which nothing is polled.
MONITOR_RECHECK_PAGES = 120
# Articles that one run of `outside` asks another archive about, and seconds between two requests: it serves the whole world.
MONITOR_OUTSIDE_PAGES = 60
MONITOR_OUTSIDE_DELAY = 6.0
# Articles that one source, or the links of one host, may lead to in a run: a feed that lists twenty thousand hosts stops here.
MONITOR_SOURCE_PAGES = 1000
# Both cores read while the parent waits for the network.
MONITOR_WORKERS = os.environ.get("MONITOR_WORKERS", str(os.cpu_count() or 1))
# CPU seconds for one page or feed: the slowest of a thousand real pages takes under 2; hostile ones take minutes.
MONITOR_WORKER_CPU = 10.0
# Bytes of address space of one worker: a 20 MB page needs about 600 MB while lxml and the extractor hold it.
MONITOR_WORKER_MEMORY = 2 * 1024**3
# Seconds of wall time, should CPU time stand still: a backstop, wide enough for a machine under load. At a load of 28 on two
# cores the workers, which come last, had less than a fifteenth of one, and 60 s stopped honest pages.
MONITOR_WORKER_TIMEOUT = 300.0

# --- Who we are. ---------------------------------------------------------------------------------------------------------

BOT_NAME = "povestka"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
# `scrapy crawl` with our exit codes: a scheduler must see that nothing was collected.
COMMANDS_MODULE = "monitor.crawl.commands"
# Derives Scrapy's settings from ours after `-s` was applied. A crawler without our session gets Scrapy's own components.
ADDONS = {"monitor.crawl.addon.Operator": 0}
USER_AGENT = user_agent(MONITOR_CONTACT)
# The token that robots.txt names us by, whatever the version.
ROBOTSTXT_USER_AGENT = "Povestka"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ru,uk;q=0.9,en;q=0.8",
}

# --- Politeness. ---------------------------------------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 32
# Two at a time: a newsroom's server must not notice us.
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_DELAY = MONITOR_DELAY
# By default half as much or half again: a delay is what a host may count on. Jitter serves those who hide.
DOWNLOAD_DELAY_JITTER = 0
# We are not logged in anywhere, and a cookie would tie our visits together.
COOKIES_ENABLED = False
# An outlet must not learn which other outlet linked us to it.
REFERRER_POLICY = "no-referrer"

# --- Security and limits. ------------------------------------------------------------------------------------------------

# Both are on by default; the second runs Python that it is sent.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# A <meta refresh> would be followed after up to 100 s, without the checks of an HTTP redirect.
METAREFRESH_ENABLED = False
# Off by default: a forged certificate would be accepted in silence.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Scrapy's http handler supports neither SOCKS nor an exception for one outlet's certificate. Links to file:, data:, ftp: and s3:
# are refused.
DOWNLOAD_HANDLERS = {
    "http": "monitor.crawl.download.connect.OutletHandler",
    "https": "monitor.crawl.download.connect.OutletHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# By default 1 GiB, and one gzip bomb took 1.1 GB of memory. The largest of a thousand real pages has 3 MB.
DOWNLOAD_MAXSIZE = 20 * 1024**2
DOWNLOAD_WARNSIZE = 0
# For the whole of a request, from the name's look-up to the last byte; by default 180 s.
DOWNLOAD_TIMEOUT = 30.0
# A body that ends too soon is kept and flagged, not thrown away.
DOWNLOAD_FAIL_ON_DATALOSS = False
# By default 20: no real article is more than a few hops away.
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
# What came of it stands in `fetches`; by default it is logged as an error.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# Without 429 and 503, which Scrapy retries by default. A server that asks us to wait is not asked again at once, and a challenge
# page that answers 503 is not passed by repeating the request.
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]
# An address that resolves to a private network is refused when it connects: the address that is checked is the one used.
TWISTED_DNS_RESOLVER = "monitor.crawl.guard.GuardedResolver"
# A proxy from the environment would connect in our place, past the address guard; an outlet's own is named in its line.
HTTPPROXY_ENABLED = False

# --- Components. ---------------------------------------------------------------------------------------------------------

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Scrapy's job directory lost work in 2 of 8 kills; its queue's pop costs O(hosts).
SCHEDULER = "monitor.crawl.frontier.Frontier"
# Every request passes here once, so its outcome is recorded here.
DOWNLOADER = "monitor.crawl.download.downloader.RecordingDownloader"
# A response gives one item: a hundred tasks to take it in, as by default, would be made for each.
CONCURRENT_ITEMS = 1
# What runs stands in these lists whole. A part of Scrapy's own lists that is set to None is loaded nevertheless: two of them load
# aiohttp and a list of all domains, for .3 s of CPU.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    # Not Offsite: the web is our site. Not HttpAuth, nor Cookies: we are not logged in anywhere.
    "monitor.crawl.politeness.robots.RobotsMiddleware": 100,  # Scrapy's crawls on where robots.txt cannot be had
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "monitor.crawl.download.middlewares.RetryMiddleware": 550,  # retries cut bodies too
    "monitor.crawl.download.middlewares.DecodeMiddleware": 590,  # Scrapy's gives what it could unpack, in silence
    "monitor.crawl.download.middlewares.RedirectMiddleware": 600,  # Scrapy's lets a redirect to itself vanish
    "monitor.crawl.download.middlewares.ConditionalMiddleware": 700,
    "monitor.crawl.download.middlewares.AccessMiddleware": 900,  # only of what is about to be sent
    "monitor.crawl.download.middlewares.ArchiveMiddleware": 950,  # next to the network: the bytes as they came
}
SPIDER_MIDDLEWARES = {
    # Not HttpError: an error page is read too, as what it says decides between blocked, challenge and not found. Not Depth: ours
    # counts links between articles, not requests, and a feed's entries are at depth 0. Not Start: nothing asks what was a first
    # request. Not UrlLength: every address gets its row in `fetches`, and it would drop a long one with a line in the log.
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
}
ITEM_PIPELINES = {"monitor.crawl.pipelines.StorePipeline": 100}
EXTENSIONS = {
    # The fetch log counts outcomes; nobody reads Scrapy's own statistics.
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "monitor.crawl.run.RunExtension": 10,
}
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
# It reads the source of every callback and of all that a middleware is made of, to find a fault that mypy finds too.
WARN_ON_GENERATOR_RETURN_VALUE = False
LOG_LEVEL = "INFO"
STATS_DUMP = False
