"""Units built on Dask (the extra ``kaoping[cluster]``): by processes of this computer, or by a scheduler that is there.

Dask hands out the tasks, notices workers that die and gives their task to another; we add none of that. Nothing else of
the program imports it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from kaoping.batch._unit_task import Outcome, fault
from kaoping.core.errors import refused
from kaoping.core.model import Location

#: How often a worker may die of a task, or beside it: after that it is tried by itself, as often once more.
_DEATHS = 3
_PATIENCE = 15  # seconds until a scheduler that does not answer is not there


@contextmanager
def on_cluster(
    folder: Path, task: Callable[..., Outcome], workers: int, scheduler: str
) -> Iterator[Callable[[Sequence[str]], Iterator[tuple[str, Outcome]]]]:
    """Yield what has ``task`` done for units below ``folder``, by ``workers`` processes or at the ``scheduler``.

    A process does one unit at a time. Whoever works at a scheduler must see the folder under the same path, and have
    the same program. Raises KaopingError where Dask is not installed, or nobody answers at that address.
    """
    try:
        dask, distributed = import_module("dask"), _distributed()
    except ImportError:
        raise refused("batch.no_cluster") from None
    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS - 1}))
        address: object = scheduler
        if not scheduler:
            address = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
                )
            )
        try:
            client = stack.enter_context(distributed.Client(address, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError) as error:
            raise refused("batch.no_scheduler", Location(), address=scheduler, why=str(error)) from None
        root = folder.absolute()

        def run(names: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
            batch = uuid4().hex  # the same unit of another batch is another task
            blamed: list[str] = []
            for name, outcome in _done(client, task, {name: f"{batch}-{name}" for name in names}, root):
                if outcome is None:
                    blamed.append(name)
                else:
                    yield name, outcome
            # Dask blames all that waited at a worker that died: by itself a unit shows whose doing it was.
            for name in blamed:
                for _, outcome in _done(client, task, {name: f"{batch}-again-{name}"}, root):
                    yield name, outcome or fault("batch.worker_died", str(2 * _DEATHS))

        yield run


def _done(
    client: Any, task: Callable[..., Outcome], keys: Mapping[str, str], root: Path
) -> Iterator[tuple[str, Outcome | None]]:
    """Yield units with what came of them, as they end; None where workers died of the task, or beside it."""
    names = {
        client.submit(task, str(root / name), key=f"kaoping-{key}", pure=False): name for name, key in keys.items()
    }
    try:
        for future in _distributed().as_completed(list(names), loop=client.loop):
            name = names.pop(future)
            outcome = _outcome_of(future)
            future.release()  # what is known here need not be made once more where its worker dies
            yield name, outcome
    finally:
        client.cancel(list(names))


def _distributed() -> Any:
    return import_module("distributed")  # an extra: where it is not installed, this module is still checked


def _outcome_of(future: Any) -> Outcome | None:
    distributed = _distributed()
    try:
        outcome: Outcome = future.result()
    except distributed.KilledWorker:
        return None
    except CancelledError as error:
        return fault("batch.cut_off", str(error))
    except Exception as error:  # raised on the way to the task or back: what it does itself is in its outcome
        return fault("batch.fault", f"{type(error).__name__}: {error}")
    return outcome
