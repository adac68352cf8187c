"""What the order manager and the planning tool made of it: late, filtered, lost, twice, under other names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from benchmarks.twin.world import FBA_CA, FBA_US, FLIEBER, SELLER_CENTRAL, SKUBANA, Event, Shipment, World

TIMING, IN_TRANSIT, RECEIVING, MAPPING, TRANSACTION = "timing", "in transit", "receiving", "mapping", "transaction"
CAUSES: Final = (TIMING, IN_TRANSIT, RECEIVING, MAPPING, TRANSACTION)


@dataclass(frozen=True)
class Posting:
    """One booking of a system; of: the event that it stands for, None for what never happened."""

    day: int
    units: int
    reference: str
    event: Event | None
    kind: str


@dataclass
class Part:
    cause: str | None
    units: int
    references: list[str]
    fault: str


@dataclass
class Seen:
    """One system's view of one SKU at one place."""

    postings: list[Posting] = field(default_factory=list)
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)  # event -> cause, fault
    extra: list[tuple[int, int, str | None, list[str], str]] = field(
        default_factory=list
    )  # day, units, cause, refs, fault
    name: str | None = ""  # the name it is kept under; None: nowhere, empty: its own
    pack: int = 1


class Watcher:
    """One system, with a random of its own. last: the day of its newest file."""

    def __init__(self, world: World, system: str) -> None:
        self.world, self.system = world, system
        self.random = __import__("numpy").random.default_rng([world.seed, 1 if system == SKUBANA else 2])
        self.moves = system == SKUBANA and self.random.random() < 0.7
        self.last = world.days - 1 - (1 if system == FLIEBER and self.random.random() < 0.5 else 0)
        self.own_numbers = self.random.random() < 0.6
        self.late = float(self.random.choice([0.0, 0.05, 0.12]))
        self.filter = self._filter()
        self.slow_returns = self.random.random() < 0.4
        # Days on which no sync ran: the count of the day before stands there again, and heals the day after.
        number = int(self.random.integers(0, 4))
        self.skipped = {int(day) for day in self.random.integers(3, self.last, number)}
        self.zoned = world.zone if self.moves else "UTC"
        # Some systems count what is under way at Amazon from the day it left; some keep a count of it by itself.
        more = __import__("numpy").random.default_rng([world.seed, 5 if system == SKUBANA else 6])
        self.counts_at_once = bool(more.random() < 0.15)
        self.tells_transit = system == FLIEBER and bool(more.random() < 0.7)
        self.unseen = {one.number for one in world.shipments if more.random() < 0.08}
        self.dropped = {one.number for one in world.shipments if more.random() < 0.08}
        self.seen: dict[tuple[str, str], Seen] = {}
        for sku, places in world.places_of.items():
            for place in places:
                self.seen[sku, place] = self._see(sku, place)

    def _filter(self) -> tuple[str, str, int] | None:
        if self.random.random() > 0.5:
            return None
        name, word = [("order_type", "wholesale"), ("channel", "Shopify"), ("channel", "Walmart")][
            int(self.random.integers(0, 3))
        ]
        return name, word, int(self.world.days - self.random.integers(5, 25))

    def _see(self, sku: str, place: str) -> Seen:
        seen, random, last = Seen(), self.random, self.world.days - 1
        dice = random.random()
        fault = ""
        if dice < 0.14:
            fault = str(random.choice(["lost", "twice", "wrong", "phantom", "kept", "whole", "none", "short", "drift"]))
            if random.random() < 0.25:
                fault += "+lost"
        elif dice < 0.155:
            seen.name = None
        elif dice < 0.17:
            seen.name = f"{sku}-FBM"
        elif dice < 0.18:
            seen.pack = 12
        mine = self.world.by_slot[sku, place]
        hit: dict[int, str] = {}
        for kind in fault.split("+"):
            if kind in ("lost", "twice", "wrong"):
                some = [e for e in mine if abs(e.units) >= 4 and last - 25 < e.day < last - 1 and e.no not in hit]
                some = [e for e in some if e.kind in ("adjustment", "removal", "receipt", "sale")
                        and not e.order_type.startswith(("Q:", "P:"))]  # fmt: skip
                some = [e for e in some if not (e.kind == "receipt" and e.reference.startswith("FBA"))]
                if some:
                    hit[some[int(random.integers(0, len(some)))].no] = kind
        whole = self._shipments(sku, place, fault.split("+")[0], seen)
        for one in mine:
            self._post(one, seen, hit.get(one.no, ""), whole)
        if "phantom" in fault:
            day, units = int(random.integers(last - 20, last - 2)), int(random.choice([-1, 1]) * random.integers(6, 40))
            reference = f"{self.system[:2].upper()}-{int(random.integers(10**6, 10**7))}"
            seen.postings.append(Posting(day, units, reference, None, "adjustment"))
            seen.extra.append((day, units, TRANSACTION, [reference] if self.moves else [], "phantom"))
        if "drift" in fault or random.random() < 0.06:
            for _ in range(int(random.integers(1, 3))):
                seen.extra.append((int(random.integers(5, last)), int(random.choice([-1, 1])), None, [], "drift"))
        seen.postings.sort(key=lambda p: p.day)
        return seen

    def _shipments(self, sku: str, place: str, fault: str, seen: Seen) -> dict[str, tuple[str, Shipment]]:
        # How far a shipment is, is known as of the newest list of who receives it.
        last = self.world.newest[SELLER_CENTRAL]
        found: dict[str, tuple[str, Shipment]] = {}
        for one in self.world.shipments:
            if sku not in one.lines:
                continue
            status, got = one.status(last), one.got(sku, last)
            if (
                fault == "kept"
                and one.origin == place
                and status in ("SHIPPED", "IN_TRANSIT", "DELIVERED", "RECEIVING")
            ):
                found[one.number] = (IN_TRANSIT if status in ("SHIPPED", "IN_TRANSIT") else RECEIVING, one)
            if one.destination != place:
                continue
            if self.counts_at_once:
                cause = IN_TRANSIT if last < one.arrived else RECEIVING
                seen.extra.append((one.shipped, one.lines[sku], "whole", [one.number], cause))
                short = one.lines[sku] - one.got(sku, one.closed)
                if short:
                    seen.extra.append((one.closed, -short, "whole", [one.number], cause))
                found[one.number] = (cause, one)
                continue
            if fault == "whole" and one.shipped <= last < one.closed:
                cause = IN_TRANSIT if last < one.arrived else RECEIVING
                when = one.shipped if cause == IN_TRANSIT else min(one.arrived, self.last)
                seen.extra.append((when, one.lines[sku], "whole", [one.number], cause))
                found[one.number] = (cause, one)
            if fault == "none" and status == "RECEIVING" and got:
                found[one.number] = (RECEIVING, one)
            if fault == "short" and status == "CLOSED" and got < one.lines[sku] and one.closed > last - 18:
                seen.extra.append((one.closed, one.lines[sku], "whole", [one.number], RECEIVING))
                found[one.number] = (RECEIVING, one)
        return found

    def _post(self, one: Event, seen: Seen, hit: str, whole: dict[str, tuple[str, Shipment]]) -> None:
        random = self.random
        if one.reference in whole:
            seen.faults[one.no] = (whole[one.reference][0], "shipment")
            return
        if self.filter and getattr(one, self.filter[0]) == self.filter[1] and one.day >= self.filter[2]:
            seen.faults[one.no] = (MAPPING, "filter")
            return
        if hit == "lost":
            seen.faults[one.no] = (TRANSACTION, "lost")
            return
        late = 1 if one.kind == "sale" and random.random() < self.late else 0
        if one.kind == "return" and self.slow_returns and random.random() < 0.3:
            late = int(random.integers(1, 5))
        units = one.units
        if hit == "wrong":
            units = one.units + int(random.choice([-1, 1]) * random.integers(5, 30))
            units = units if units * one.units > 0 else 2 * one.units
            seen.faults[one.no] = (TRANSACTION, "wrong")
        order = one.kind == "sale" and (self.own_numbers or one.place in (FBA_US, FBA_CA))
        number = f"{self.system[:2].upper()}-{int(random.integers(10**6, 10**7))}"
        reference = number if order else one.reference
        posting = Posting(one.day + late, units, reference, one, one.kind)
        seen.postings.append(posting)
        if hit == "twice":
            again = number if order else one.reference
            seen.postings.append(Posting(one.day + late, units, again, one, one.kind))
            seen.faults[one.no] = (TRANSACTION, "twice")

    def units(self, sku: str, place: str, day: int) -> int:
        """Units that the system counts at the end of a day."""
        while day in self.skipped:
            day -= 1
        seen = self.seen[sku, place]
        total = self.world.opening[sku, place] + sum(one.units for one in seen.postings if one.day <= day)
        total += sum(units for when, units, cause, _, _ in seen.extra if when <= day and cause in (None, "whole"))
        return total // seen.pack if seen.pack > 1 else total

    def on_the_way(self, sku: str, destination: str, day: int) -> int:
        """Units that the system counts as under way at the end of a day."""
        while day in self.skipped:
            day -= 1
        return sum(self._way(sku, destination, day).values())

    def _way(self, sku: str, destination: str, day: int) -> dict[str, int]:
        gone = {one.number for one in self.world.shipments if one.number in self.dropped and day >= one.arrived}
        way = self.world.under_way(sku, destination, day)
        return {number: units for number, units in way.items() if number not in self.unseen and number not in gone}

    def parts_on_the_way(self, sku: str, destination: str) -> list[Part]:
        """What the gap of a transit location is made of at the last day."""
        world, amazon = self.world, self.world.newest[SELLER_CENTRAL]
        moment = min(self.last, amazon)
        arrived = {one.number: one.arrived <= amazon for one in world.shipments}
        mine, real = self._way(sku, destination, moment), world.under_way(sku, destination, moment)
        now, listed = self._way(sku, destination, self.last), world.under_way(sku, destination, amazon)
        parts, timing, moved = [], 0, []
        for number in dict.fromkeys([*real, *mine, *now, *listed]):
            off = mine.get(number, 0) - real.get(number, 0)
            if off:
                parts.append(Part(RECEIVING if arrived[number] else IN_TRANSIT, off, [number], "shipment"))
            late = now.get(number, 0) - listed.get(number, 0) - off
            timing += late
            moved += [number] if late else []
        if timing:
            parts.append(Part(TIMING, timing, moved, "old file"))
        later = {n: u for n, u in world.listed(sku, destination).items() if n not in listed}
        parts += [Part(IN_TRANSIT, -units, [number], "shipment") for number, units in later.items()]
        return parts

    def parts(self, sku: str, place: str) -> list[Part]:
        """What the gap at the last day is made of."""
        world, seen, last = self.world, self.seen[sku, place], self.world.last_of(place)
        here = world.units(sku, place, last)
        if seen.name is None:
            return [Part(MAPPING, -here, [], "missing")]
        if seen.name:
            return [Part(MAPPING, -here, [seen.name], "alias")]
        # Both counts at the older one's moment, and what moved since at the side that counted later.
        moment = min(self.last, last)
        before: dict[int, int] = defaultdict(int)
        since: dict[int, int] = defaultdict(int)
        numbers: dict[int, str] = {}  # what this system calls what it booked since
        for posting in seen.postings:
            if posting.event is not None and posting.day <= self.last:
                (before if posting.day <= moment else since)[posting.event.no] += posting.units
                if posting.day > moment:
                    numbers[posting.event.no] = posting.reference
        sums: dict[tuple[str | None, str, str], int] = defaultdict(int)
        references: dict[tuple[str | None, str, str], list[str]] = defaultdict(list)
        for one in world.by_slot[sku, place]:
            cause, fault = seen.faults.get(one.no, (TIMING, "late"))
            off = before[one.no] - (one.units if one.day <= moment else 0)
            moved = since[one.no] - (one.units if moment < one.day <= last else 0)
            for units, why, what in ((off, cause, fault), (moved, TIMING, "old file")):
                if not units:
                    continue
                single = one.reference if what not in ("late", "old file", "filter") else ""
                sums[why, what, single] += units
                names = [one.reference, numbers.get(one.no, "") if what == "old file" else ""]
                mine = references[why, what, single]
                mine += [name for name in dict.fromkeys(names) if name and name not in mine]
        for when, units, cause, names, fault in seen.extra:
            if when > self.last:
                continue
            if when > moment and cause is not None:
                sums[TIMING, "old file", ""] += units
                references[TIMING, "old file", ""] += names
            elif cause == "whole":
                sums[fault, "shipment", names[0]] += units
                references[fault, "shipment", names[0]] = names
            else:
                key = (cause, fault, names[0] if names else "")
                sums[key] += units
                references[key] = names
        parts = [Part(key[0], units, references[key], key[1]) for key, units in sums.items() if units]
        if seen.pack > 1:
            counted = self.units(sku, place, self.last)
            rest = counted - here - sum(part.units for part in parts)
            parts.append(Part(MAPPING, rest, [], "pack"))
        return parts


def watchers(world: World) -> list[Watcher]:
    return [Watcher(world, SKUBANA), Watcher(world, FLIEBER)]
