"""Work that runs by itself, on the desk's own database: no broker.

A job is a function decorated with `job`; it is enqueued in the transaction of the change that wants
it. A job that fails is tried again with growing pauses (`retry`); a job whose worker died is given
back by the reaper (`lease`); periodic jobs are rows whose turn comes (`rhythm`); `worker` runs them.
"""

from haidang.core.jobs.rhythm import Periodic
from haidang.core.jobs.tasks import enqueue_alone, enqueue_once, job
from haidang.core.jobs.worker import run_worker

__all__ = ["Periodic", "enqueue_alone", "enqueue_once", "job", "run_worker"]
