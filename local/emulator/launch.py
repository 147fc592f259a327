"""Starts the emulator with two of its intervals shortened, which no setting of it reaches, able to write its state while it runs,
asking its policies as AWS does, refusing what AWS refuses, and every call to its tables for a while.

The names belong to the pinned version; a new one that has renamed them ends here, with the name, rather than run slowly.
"""

import os
import signal
import threading

import authoriser
import kept_tables
import locked_buckets
import nested_updates
import record
import rights_asked
import signing_keys
import table_refusal
from ministack import app
from ministack.core import lambda_runtime, persistence
from ministack.services import scheduler

for module, name in (
    (scheduler, "_SCHEDULE_TICK_INTERVAL"),
    (lambda_runtime.Worker, "_drain_stderr_bounded"),
    (app, "_build_persistence_save_dict"),
    (persistence, "save_all"),
    (app, "_request_account_scope"),
):
    if not hasattr(module, name):
        raise SystemExit(f"this version of the emulator has no {name}: adapt local/emulator/launch.py to it")

# Schedules fire up to an interval late: 1 s where it would be 10 s.
scheduler._SCHEDULE_TICK_INTERVAL = 1

# A function that logs nothing is waited for, in case a line is still on its way: 5 ms where it would be 50 ms.
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.005, 0.250)


def write_state():
    persistence.save_all(app._build_persistence_save_dict())
    # Tells whoever asked that all of it is on the disk.
    with open(os.path.join(persistence.STATE_DIR, "written"), "a") as written:
        written.write(".")


# By itself the emulator writes its state only when it ends in order. In a thread, as the state's own locks may be held right now.
signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=write_state, daemon=True).start())

rights_asked.install()
kept_tables.install()
locked_buckets.install()
nested_updates.install()
signing_keys.install()
table_refusal.install()
app.app = authoriser.answering(app.app)

# The requests of a run, for a test that holds them against AWS's own models.
if recorded := os.environ.get("SLUICE_RECORDED_REQUESTS"):
    app.app = record.recording(app.app, recorded)

app.main()
