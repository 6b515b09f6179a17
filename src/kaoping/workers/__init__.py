"""Work that may hang, crash or eat all memory, done in processes that can be killed (:func:`run`)."""

from kaoping.workers.pool import Job, Outcome, Worker, run

__all__ = ["Job", "Outcome", "Worker", "run"]
