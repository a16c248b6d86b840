"""Paired timing: commands run in rotation (A B C A B C), so that what else the machine does falls on all of them alike."""

import os
import statistics
import time


class Run:
    """What one run of a command cost. A peak below that of this script (some 15 MB) shows as the script's: the system
    counts what a process was before it became the command."""

    def __init__(self, wall, usage, code):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.rss_mb = usage.ru_maxrss / 1024
        self.code = code


def start(argv, stdin=None):
    """Starts a command with its output thrown away; `stdin` is a file descriptor. To be handed to `finish`."""
    begin = time.monotonic()
    nowhere = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, nowhere if stdin is None else stdin, 0)]
    actions += [(os.POSIX_SPAWN_DUP2, nowhere, n) for n in (1, 2)]
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
    os.close(nowhere)
    return pid, begin


def finish(started):
    """Waits until a command ends."""
    pid, begin = started
    _, status, usage = os.wait4(pid, 0)
    return Run(time.monotonic() - begin, usage, os.waitstatus_to_exitcode(status))


def once(argv):
    """Runs a command with its output thrown away."""
    return finish(start(argv))


def rotate(commands, runs, warm=True):
    """Runs each of `commands` (name -> argv) `runs` times in rotation, after one round that only warms the page cache."""
    results = {name: [] for name in commands}
    for turn in range(-1 if warm else 0, runs):
        for name, argv in commands.items():
            run = once(argv)
            if run.code != 0:
                raise SystemExit(f"{name}: exit code {run.code}: {' '.join(argv)}")
            if turn >= 0:
                results[name].append(run)
    return results


def median(runs, what):
    """The median of one figure over runs."""
    return statistics.median(getattr(run, what) for run in runs)


def ratio(runs, base, what):
    """The median of the ratios within each round, and their range."""
    each = [getattr(a, what) / max(getattr(b, what), 1e-9) for a, b in zip(runs, base)]
    return statistics.median(each), min(each), max(each)
