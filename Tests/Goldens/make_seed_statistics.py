"""Makes Tests/Goldens/seed-statistics.csv: statistics over training seeds and their bootstrap intervals, by
rliable 1.2.0 (Agarwal et al. 2021) and scipy.

    pip install -r Tests/Goldens/requirements.txt && python3 Tests/Goldens/make_seed_statistics.py

A row is one case: the statistic (`mean`, `median`, `iqm`, `improvement`; `seed_median`, the median over seeds of
a seed's mean), what a resample draws anew, the scores
X (a seed's scores separated by spaces, seeds by |), the scores Y of `improvement`, the point estimate, and the
two ends of the percentile 95 % interval of 50,000 resamples, each with the range in which another 50,000
resamples must find it.

What a resample draws anew, in the words of the tests and of rliable, whose matrix is runs x tasks:

    within     scores within each seed          runs = scores, tasks = seeds, StratifiedBootstrap
    nested     seeds, then scores within each   the same with task_bootstrap=True
    improvement: X and Y on their own           one task, runs = scores, StratifiedIndependentBootstrap

The range: the number of B resamples below a quantile q of the true bootstrap distribution is Binomial(B, q), so
two independent estimates of that quantile differ by at most d = 4 sqrt(2 q (1 - q) / B) in q (four standard
deviations of the difference). The range is from the quantile at q - d to the quantile at q + d. It holds for
any distribution, also for the steps of a probability of improvement.
"""

from pathlib import Path

import numpy as np
from rliable import library, metrics

REPS = 50_000
DELTA = 4 * np.sqrt(2 * 0.025 * 0.975 / REPS)
STATISTICS = {
    "mean": metrics.aggregate_mean, "median": lambda x: np.median(x), "iqm": metrics.aggregate_iqm,
    "seed_median": metrics.aggregate_median,
}


def ends(bootstrap, function):
    """Low and high end at three levels from the same resamples: at q - d, q and q + d."""
    np.random.seed(2026)  # rliable 1.2.0 draws from numpy's global generator
    values = []
    for shift in (-DELTA, 0, DELTA):
        interval = bootstrap.conf_int(function, REPS, method="percentile", size=0.95 - 2 * shift, reuse=True)
        values.append(interval.ravel())
    low = [v[0] for v in values]
    high = [v[1] for v in values]
    return low + high[::-1]


def number(x):
    return f"{x:.17g}"


def text(scores):
    """Seeds x scores as text."""
    return "|".join(" ".join(f"{v:.10g}" for v in seed) for seed in scores)


def case(statistic, resampling, scores):
    matrix = np.asarray(scores).T  # runs x tasks: scores x seeds
    function = lambda x: np.array([STATISTICS[statistic](x)])
    bootstrap = library.StratifiedBootstrap(matrix, task_bootstrap=resampling == "nested")
    return [statistic, resampling, text(scores), "", number(function(matrix)[0])] + [
        number(v) for v in ends(bootstrap, function)
    ]


def improvement(x, y):
    x, y = np.asarray(x)[:, None], np.asarray(y)[:, None]
    function = lambda a, b: np.array([metrics.probability_of_improvement(a, b)])
    bootstrap = library.StratifiedIndependentBootstrap(x, y)
    return ["improvement", "", text(x.T), text(y.T), number(function(x, y)[0])] + [
        number(v) for v in ends(bootstrap, function)
    ]


rng = np.random.default_rng(2606)


def rounds(seeds, count):
    """Catches a round as agents of very different seeds make them, capped at 1,000."""
    scale = rng.choice([3.0, 30.0, 300.0], size=(seeds, 1))
    return np.minimum(np.floor(rng.exponential(scale, size=(seeds, count))), 1000)


five = np.round(rng.normal(100, 20, size=(1, 5)), 3)
eight = np.round(rng.exponential(50, size=(1, 8)), 3)
rows = [case(s, "within", scores) for s in ("mean", "median", "iqm") for scores in (five, eight)]
for statistic in ("mean", "iqm"):
    for resampling in ("within", "nested"):
        rows += [case(statistic, resampling, rounds(3, 16)), case(statistic, resampling, rounds(5, 24))]
rows += [
    improvement([914.1, 875.1, 851.6, 664.3, 898.4], [620.0, 700.5, 880.2]),
    improvement([3.0, 5, 5, 9, 12], [5.0, 5, 2, 4, 12]),
    improvement([1.0, 2, 3], [1.0, 2, 3]),
    improvement([10.0, 11, 12, 13], [1.0, 2, 3, 4, 5]),
    case("seed_median", "nested", rounds(3, 16)),
    case("seed_median", "nested", rounds(5, 24)),
]
header = "statistic,resampling,x,y,point,low_from,low,low_to,high_from,high,high_to"
lines = [header] + [",".join(row) for row in rows]
Path(__file__).with_name("seed-statistics.csv").write_text("\n".join(lines) + "\n")
