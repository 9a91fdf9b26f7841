"""The draw of a round side by side with `matching` 1.4.3, and what reading and screening many applications costs.

python bench/scholarships.py                       10,000 and 100,000 applications × 50 seats
python bench/scholarships.py --most 1000000        and a million
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from cigem_core.programmes.scholarships.order import in_order
from cigem_core.scholarships import Call, allocate, read_applications, screen

SAMPLE = Path(__file__).parents[1] / "plugins/cigem-bourses/samples/cinq-pays-2026"
SEATS, CHOICES = 50, 5


def market(many: int, *, reserved: bool) -> tuple[Any, ...]:
    """Applicants with five choices of fifty seats, places for half of them, and where asked four reserves that overlap."""
    chance = random.Random(2026)
    seats, people = [f"S{n:02}" for n in range(SEATS)], [f"A{n:07}" for n in range(many)]
    order = chance.sample(people, many)
    places = dict.fromkeys(seats, max(1, many // SEATS // 2))
    groups = [{who for who in people if chance.random() < share} for share in (0.4, 0.2, 0.1, 0.3)] if reserved else []
    reserves = {seat: [(f"r{n}", places[seat] // 5, group) for n, group in enumerate(groups)] for seat in seats}
    return {who: chance.sample(seats, CHOICES) for who in people}, dict.fromkeys(seats, order), places, reserves


def by_matching(preferences: Any, priorities: Any, places: Any, _: Any) -> int:
    """The same without reserves, by the library `matching`."""
    ranked = {seat: [who for who in order if seat in preferences[who]] for seat, order in priorities.items()}
    game = import_module("matching.games").HospitalResident.create_from_dictionaries(preferences, ranked, places)
    return sum(len(held) for held in game.solve(optimal="resident").values())


def timed(title: str, work: Callable[[], Any]) -> None:
    """One line: CPU seconds, and the peak of memory so far."""
    began = time.process_time()
    found = work()
    spent, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{title:<60} {spent:8.2f} s {peak:6} MiB  {found}")


def applications(folder: Path, many: int) -> Path:
    """A file of many applications, made of those of the sample, each under a number and N° matricule of its own."""
    header, *lines = (SAMPLE / "dossiers.csv").read_text("utf-8-sig").splitlines()
    rows = [line.split(";") for line in lines if line.count(";") == header.count(";")]
    made = [";".join([f"N{n:07}", *rows[n % len(rows)][1:9], "", *rows[n % len(rows)][10:]]) for n in range(many)]
    path = folder / "dossiers.csv"
    path.write_text("\r\n".join(["\ufeff" + header, *made]) + "\r\n", "utf-8", newline="")
    return path


def read_screen_order(call: Call, path: Path) -> int:
    """What comes before a draw."""
    read = read_applications(path, call)
    return len(in_order(screen(call, read), read, "seed"))


def main() -> None:
    """Measure, and print a line for each."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--most", type=int, default=100_000)
    asked.add_argument("--peer", action="store_true", help="matching (extra `bench`) beside it, for 10,000 (some ten seconds)")
    given = asked.parse_args()
    for many in (n for n in (10_000, 100_000, 1_000_000) if n <= given.most):
        plain, reserved = market(many, reserved=False), market(many, reserved=True)
        timed(f"ours, {many:,} × {SEATS} seats", lambda plain=plain: len(allocate(*plain)))  # type: ignore[misc]
        timed("ours, the same with four reserves a seat", lambda reserved=reserved: len(allocate(*reserved)))  # type: ignore[misc]
        if given.peer and many <= 10_000:
            timed(f"matching 1.4.3, {many:,} × {SEATS} seats", lambda plain=plain: by_matching(*plain))  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        call, path = Call.from_file(SAMPLE / "call.toml"), applications(Path(folder), 100_000)
        timed("ours, 100,000 applications read, screened and in order", lambda: read_screen_order(call, path))


if __name__ == "__main__":
    main()
