"""Starts the emulator with two of its intervals shortened, which no setting of it reaches.

The names belong to the pinned version; a new one that has renamed them ends here, with the name, rather than run slowly.
"""

from ministack.app import main
from ministack.core import lambda_runtime
from ministack.services import scheduler

for module, name in ((scheduler, "_SCHEDULE_TICK_INTERVAL"), (lambda_runtime.Worker, "_drain_stderr_bounded")):
    if not hasattr(module, name):
        raise SystemExit(f"this version of the emulator has no {name}: adapt local/emulator/launch.py to it")

# Schedules fire up to an interval late: 1 s where it would be 10 s.
scheduler._SCHEDULE_TICK_INTERVAL = 1

# A function that logs nothing is waited for, in case a line is still on its way: 5 ms where it would be 50 ms.
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.005, 0.250)

main()
