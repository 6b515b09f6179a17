"""Work that may hang, crash or eat all memory, done in processes that can be killed (:func:`run`)."""

from kaoping.workers.pool import Job, Outcome, run

__all__ = ["Job", "Outcome", "run"]
