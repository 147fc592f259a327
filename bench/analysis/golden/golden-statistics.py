"""Golden values for the statistics of lib/analysis, from an implementation that shares no code with it.

Run in a private virtual environment and keep the output:

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install numpy==2.4.6 scipy==1.17.1
    /tmp/golden/bin/python bench/analysis/golden/golden-statistics.py > bench/analysis/golden/statistics.json
"""

import json
import sys

import numpy
from scipy import optimize, special, stats

random = numpy.random.default_rng(20240607)

RATIOS = [1.2, 1.6, 2.4, 4, 8, 20, 80]
STAKES = [0.02, 0.08, 0.3, 0.2, 0.2, 0.12, 0.08]


def log_gamma():
    return [{"x": x, "value": float(special.gammaln(x))} for x in [0.1, 0.5, 1, 1.5, 2, 3.7, 10, 171.5, 1e4, 1e7]]


def binomial_tail():
    cases = [(0, 10, 0.1), (1, 10, 0.05), (8, 30, 0.05), (15, 300, 0.05), (60, 300, 0.05), (3, 6, 0.002)]
    cases += [(30, 4500, 0.01), (1200, 100000, 0.01), (10500, 1000000, 0.01), (99, 100, 0.97), (500, 1000, 0.5)]
    return [{"k": k, "n": n, "p": p, "value": float(stats.binom.sf(k - 1, n, p))} for k, n, p in cases]


def incomplete_beta():
    cases = [(0.3, 2.5, 7.25), (0.01, 0.5, 40.5), (0.97, 80.2, 3.1), (0.5, 1000.5, 1000.5), (0.05, 1.7, 284.3)]
    return [{"x": x, "a": a, "b": b, "value": float(special.betainc(a, b, x))} for x, a, b in cases]


def stakes_on_beginnings(weights):
    stakes, steps = [], 0
    for elapsed in range(len(weights)):
        if elapsed == 0:
            stakes.append(0.75)
        elif weights[elapsed] == weights[elapsed - 1]:
            stakes.append(0.1 * 60 / (elapsed + 60) ** 2)
        else:
            stakes.append(0.15 * 0.25 * 0.75**steps)
            steps += 1
    return stakes


def mixture(gains, weights, discounts):
    """log of 1 + sum over beginnings and bets of stake * (exp(discount * gained since) - 1), after each period"""
    starts = stakes_on_beginnings(weights)
    evidence = []
    for now in range(len(weights)):
        terms, signs = [0.0], [1.0]
        for bet, stake in enumerate(STAKES):
            for start in range(now + 1):
                gained = discounts[bet] * float(numpy.sum(gains[bet][start : now + 1]))
                terms += [numpy.log(stake * starts[start]) + gained, numpy.log(stake * starts[start])]
                signs += [1.0, -1.0]
        evidence.append(float(special.logsumexp(terms, b=signs)))
    return evidence


def rollout(rate, green_ratio, weights):
    rows = []
    for weight in weights:
        total = int(random.poisson(6000))
        green = int(random.binomial(total, weight / 100))
        rows.append(
            {
                "weight": weight,
                "greenTotal": green,
                "greenBad": int(random.binomial(green, min(1, rate * green_ratio))),
                "blueTotal": total - green,
                "blueBad": int(random.binomial(total - green, rate)),
            }
        )
    return rows


def comparison():
    cases = []
    for rate, ratio, tolerance, discount in [(0.002, 1, 1.25, 1), (0.002, 3, 1.25, 1), (0.01, 2, 1.5, 0.4), (0.3, 1, 1, 0.1)]:
        weights = [5] * 6 + [25] * 4 + [50] * 3
        rows = rollout(rate, ratio, weights)
        gains = []
        for bet in RATIOS:
            column = []
            for row in rows:
                total = row["greenBad"] + row["blueBad"]
                odds = tolerance * row["greenTotal"] / row["blueTotal"]
                null, alternative = odds / (1 + odds), bet * odds / (1 + bet * odds)
                column.append(
                    stats.binom.logpmf(row["greenBad"], total, alternative) - stats.binom.logpmf(row["greenBad"], total, null)
                )
            gains.append(column)
        discounts = [discount / (1 + 0.1 * bet) for bet in range(len(RATIOS))]
        evidence = mixture(gains, weights, discounts)
        cases.append({"tolerance": tolerance, "discounts": discounts, "rows": rows, "evidence": evidence})
    return cases


def limit():
    cases = []
    for rate, ratio, abort in [(0.04, 1, 0.05), (0.04, 3, 0.05), (0.2, 2.5, 0.25)]:
        weights = [5] * 5 + [25] * 3
        rows = rollout(rate, ratio, weights)
        gains = []
        for bet in RATIOS:
            share = min(0.97, abort * bet)
            column = []
            for row in rows:
                n, x = row["greenTotal"], row["greenBad"]
                column.append(stats.binom.logpmf(x, n, share) - stats.binom.logpmf(x, n, abort))
            gains.append(column)
        cases.append({"abort": abort, "rows": rows, "evidence": mixture(gains, weights, [0.5] * len(RATIOS))})
    return cases


def adjustment(total, bad, ratio, margin, width, bound):
    """Lundberg's exponent of runs of `width` periods, each judged against its neighbours, by root finding

    As far as independent errors bring a run as large as the largest with a chance of 5 % or more, the bound stays.
    """
    count = len(total) - width + 1
    expected, seen = [], []
    for start in range(count):
        low, high = max(0, start - 15), min(len(total), start + width + 15)
        run = slice(start, start + width)
        n, x = sum(total[run]), sum(bad[run])
        around = sum(bad[low:high]) - x + 0.5
        expected.append(n * around / (sum(total[low:high]) - n))
        seen.append(x)
    fair = max(1, sum(seen) / sum(expected))
    level = margin * fair
    gains = numpy.array([x * numpy.log(ratio) - level * e * (ratio - 1) for x, e in zip(seen, expected)])
    largest = max(0, gains.max())
    start = int(gains.argmax()) if largest > 0 else 0
    n = sum(total[start : start + width])
    chance = 1 - stats.binom.cdf(seen[start] - 1, n, fair * expected[start] / n) ** count
    surprise = 1 - chance / 0.05
    gains = numpy.append(gains - 1.5 * largest / count, 1.5 * largest)

    def excess(exponent):
        return float(special.logsumexp(exponent * gains) - numpy.log(len(gains)))

    if surprise <= 0 or excess(bound) <= 0:
        return bound
    root = float(optimize.brentq(excess, 1e-9, bound, xtol=1e-12))
    return bound * (root / bound) ** surprise


def dispersion(total, bad, width):
    """Variance over mean of the difference between stretches that follow each other (von Neumann 1941)"""
    squares = []
    for middle in range(width, len(total) - width + 1):
        (n0, x0), (n1, x1) = [(sum(total[part]), sum(bad[part])) for part in [slice(middle - width, middle), slice(middle, middle + width)]]
        pooled = (x0 + x1) / (n0 + n1)
        squares.append((x1 / n1 - x0 / n0) ** 2 / (pooled * (1 / n0 + 1 / n1)) if pooled > 0 else 0)
    return numpy.mean(squares)


def discounts():
    cases = []
    for size, rate, periods in [(1, 0.002, 120), (5, 0.002, 120), (12, 0.002, 60), (1, 0.0002, 90), (1, 0.00003, 120), (2, 0.00004, 120)]:
        total = [int(random.poisson(6000)) for _ in range(periods)]
        bad = [int(size * random.poisson(n * rate / size)) for n in total]
        single = max(1, 0.8 * dispersion(total, bad, 1))
        stretches = 0.8 * dispersion(total, bad, 10)
        bound = 1 / (single * (stretches / single) ** min(1, max(0, (stretches / single - 1.5) / 1.5)))
        values = []
        for ratio in RATIOS:
            for width in [1, 2, 5]:
                bound = adjustment(total, bad, ratio, 1 + 0.72 * 0.25, width, bound)
            values.append(bound)
        cases.append({"total": total, "bad": bad, "tolerance": 1.25, "values": values})
    return cases


def mann_whitney():
    cases = []
    for shift in [0, 0.5, 2]:
        control = [round(float(x), 6) for x in random.normal(10, 1, 15)]
        experiment = [round(float(x), 6) for x in random.normal(10 + shift, 1.5, 14)]
        differences = numpy.sort(numpy.subtract.outer(experiment, control).ravel())
        m, n = len(control), len(experiment)
        rank = int(numpy.floor(m * n / 2 - stats.norm.ppf(0.99) * numpy.sqrt(m * n * (m + n + 1) / 12)))
        cases.append(
            {
                "control": control,
                "experiment": experiment,
                "estimate": float(numpy.median(differences)),
                "lower": float(differences[rank]),
                "upper": float(differences[m * n - 1 - rank]),
                "pValue": float(stats.mannwhitneyu(experiment, control, alternative="greater", method="asymptotic").pvalue),
            }
        )
    return cases


def normal_tail():
    return [{"z": z, "value": float(stats.norm.sf(z))} for z in [-3, -1, 0, 0.5, 1.6448536, 2.5, 4]]


json.dump(
    {
        "logGamma": log_gamma(),
        "binomialTail": binomial_tail(),
        "incompleteBeta": incomplete_beta(),
        "comparison": comparison(),
        "limit": limit(),
        "discounts": discounts(),
        "mannWhitney": mann_whitney(),
        "normalTail": normal_tail(),
    },
    sys.stdout,
    indent=1,
)
print()
