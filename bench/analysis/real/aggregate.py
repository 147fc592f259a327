"""Writes the real series of this folder from the public traces named in README.md: python3 aggregate.py <folder of the traces>."""

import csv
import sys
from pathlib import Path
from statistics import median

traces = Path(sys.argv[1])
here = Path(__file__).parent
digits = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number: int) -> str:
    text = ""
    while True:
        text = digits[number % 36] + text
        number //= 36
        if number == 0:
            return text


def rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with open(traces / name, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def write(name: str, head: str, lines: list[str]) -> None:
    (here / name).write_text("\n".join([head, *lines]) + "\n")


def log_by_client() -> None:
    """A line a minute: each client as id, requests and failed requests; one request without a failure is the id alone."""
    log = rows("nasa-1995-08-01.tsv", "\t")
    first = int(log[0]["second"]) + 5 * 3600
    minutes: dict[int, dict[str, list[int]]] = {}
    ids: dict[str, str] = {}
    for line in log:
        minute = (int(line["second"]) - first) // 60
        if not 0 <= minute < 460:
            continue
        client = ids.setdefault(line["client"], base36(len(ids)))
        count = minutes.setdefault(minute, {}).setdefault(client, [0, 0])
        count[0] += 1
        count[1] += int(line["status"]) >= 400
    lines = []
    for minute in range(460):
        clients = minutes.get(minute, {})
        lines.append(" ".join(f"{c}" if (n, e) == (1, 0) else f"{c}:{n}" if e == 0 else f"{c}:{n}:{e}" for c, (n, e) in clients.items()))
    write("web-log-by-client.txt", "clients", lines)


def ingress() -> None:
    """Two days by the minute, in thousands of requests: the third of the trace, and the one with most labelled anomalies."""
    trace = rows("microsoft-ingress-01.csv")
    days: dict[str, list[dict[str, str]]] = {}
    for line in trace:
        days.setdefault(line["TimeStamp"][:10], []).append(line)
    whole = {day: lines for day, lines in days.items() if len(lines) == 1440}
    odd = max(whole, key=lambda day: sum(int(line["Label"]) for line in whole[day]))
    usual = min(whole, key=lambda day: sum(int(line["Label"]) for line in whole[day]))
    for name, day in (("ingress-usual-day", usual), ("ingress-odd-day", odd)):
        write(f"{name}.txt", f"thousands a minute, {day}", [f"{float(line['Value']) / 1000:.0f}" for line in whole[day]])


def outbound() -> None:
    """A week by the hour of three services, as requests a minute."""
    for number in ("01", "09", "12"):
        trace = rows(f"microsoft-outbound-{number}.csv")[24 : 24 * 8]
        write(f"outbound-{number}.txt", "requests a minute, by the hour", [f"{float(line['Value']):.0f}" for line in trace])


def balancer() -> None:
    """Four days of an ELB, sums of five minutes."""
    trace = rows("nab-elb-request-count.csv")[288 : 288 * 5]
    write("elb-requests.txt", "requests in five minutes", [f"{float(line['value']):.0f}" for line in trace])


def latency() -> None:
    """Five days of a service's latency, means of five minutes against the median of the trace, in percent; the known failure is in it."""
    trace = rows("nab-request-latency.csv")
    values = [float(line["value"]) for line in trace]
    middle = median(values)
    worst = values.index(max(values))
    begin = max(0, min(len(values) - 1440, worst - 720))
    write("request-latency.txt", "percent of the median, by five minutes", [f"{100 * value / middle:.0f}" for value in values[begin : begin + 1440]])


log_by_client()
ingress()
outbound()
balancer()
latency()
