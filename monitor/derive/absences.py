"""Updates articles' absences from a run's observations of them and of other articles of their hosts. Writes the vault."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

from monitor.expect.absences import DELISTED, REMOVED, CrossCheck, Observation, is_site_wide, next_absence
from monitor.vault import NewObservation, Store, rechecks


def update_absences(store: Store) -> None:
    """Apply the new observations to each article's absence and store it.

    Observations of one host are taken together: where most found no article, the host has an outage or blocks us.
    """
    found = rechecks.new_observations(store.db)
    by_host: defaultdict[str, list[NewObservation]] = defaultdict(list)
    for look in found:
        by_host[look.host].append(look)
    with store.db.transaction():
        for of_host in by_host.values():
            _follow_host(store, of_host)
        rechecks.forget_new_observations(store.db, found)


def _follow_host(store: Store, of_host: list[NewObservation]) -> None:
    # What a run found again at one of an article's addresses was not missing in it.
    found = {(look.run, look.article) for look in of_host if look.way is None and look.kind == "recheck"}
    of_host = [look for look in of_host if look.way not in REMOVED or (look.run, look.article) not in found]
    newest = {look.article: look.way for look in of_host if not look.is_list}.values()
    delisted = sum(way in DELISTED for way in newest)
    there = sum(way is None for way in newest)
    is_outage = is_site_wide(len(newest) - there - delisted, there)
    is_closed = is_site_wide(delisted, there)
    for article, of_one in groupby(
        sorted(of_host, key=lambda look: (look.article, look.at, look.fetch)), lambda look: look.article
    ):
        absence = rechecks.absence(store.db, article)
        for look in of_one:
            since = absence.since if absence and absence.state != "returned" else look.at
            following = next_absence(
                absence,
                Observation(
                    look.at, look.way, rechecks.others_there(store.db, article, look.host) if look.way else None,
                    not look.is_list and (is_closed if look.way in DELISTED else is_outage),
                    rechecks.cross_check(store.db, article, since) if look.way in REMOVED else CrossCheck(), look.is_list,
                ),
                rechecks.there_before(store.db, article, look.at, by_lists=look.is_list),
            )  # fmt: skip
            if following and following != absence:
                rechecks.save_absence(store.db, article, absence, following, look.fetch)
            absence = following
