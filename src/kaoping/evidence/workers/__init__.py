"""Work that may hang, crash or eat all memory, done in processes that can be killed: our own, and others' programs."""

from kaoping.evidence.workers._guard import Watched, run_watched
from kaoping.evidence.workers._interruptible import awaited
from kaoping.evidence.workers._pool import Budget, Job, Outcome, Worker, hired, run, standing_by

__all__ = ["Budget", "Job", "Outcome", "Watched", "Worker", "awaited", "hired", "run", "run_watched", "standing_by"]
