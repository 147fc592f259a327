"""Reads entries of calendars (JSON) and writes their intervals by python-dateutil, which shares nothing with the product."""
import json
import sys
from datetime import datetime, timedelta, timezone

from dateutil import tz
from dateutil.rrule import rrulestr


def instant(wall, zone):
    aware = wall.replace(tzinfo=zone, fold=0)
    return int(tz.resolve_imaginary(aware).astimezone(timezone.utc).timestamp())


def at(day, clock):
    hours, minutes = (int(part) for part in clock.split(":"))
    return day + timedelta(hours=hours, minutes=minutes)


def of_rule(entry, zone, first, last):
    start = datetime.fromisoformat(entry.get("starting") or "2019-01-01")
    rule = rrulestr(entry["repeat"], dtstart=start)
    begins, ends = entry.get("from", "00:00"), entry.get("to", "24:00")
    for day in rule.between(first - timedelta(days=40), last + timedelta(days=3), inc=True):
        begin = instant(at(day, begins), zone)
        if "for" in entry:
            yield begin, begin + entry["for"]
        else:
            over = 0 if at(day, ends) > at(day, begins) else 1
            yield begin, max(begin, instant(at(day, ends) + timedelta(days=over), zone))


def of_dates(entry, zone):
    for text in entry["dates"]:
        ends = text.split("/")
        first, last = datetime.fromisoformat(ends[0]), datetime.fromisoformat(ends[-1])
        if "T" not in ends[-1]:
            last += timedelta(days=1)
        yield instant(first, zone), instant(last, zone)


def intervals(entry, first, last):
    zone = tz.gettz(entry["zone"])
    found = of_rule(entry, zone, first, last) if "repeat" in entry else of_dates(entry, zone)
    low, high = (int(one.replace(tzinfo=timezone.utc).timestamp()) for one in (first, last))
    return sorted([begin, end] for begin, end in found if begin < high and end > low)


request = json.load(sys.stdin)
first, last = (datetime.fromisoformat(request[name]) for name in ("from", "to"))
json.dump([intervals(entry, first, last) for entry in request["entries"]], sys.stdout)
