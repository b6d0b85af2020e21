"""The processes that extract; a module apart, for a worker imports it whole, and the record's would cost 1.6 s each."""

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process

# Below this many new pages other processes cost more (2 s to import what extraction needs) than they bring.
WORTH_PROCESSES = 64


class _Here:
    """Stands where a pool would, when there is too little to do for one."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def processes(pages: int) -> ProcessPoolExecutor | _Here:
    """A pool where it pays. Spawned, not forked: a fork would copy the threads' locks in whatever state they are."""
    if pages < WORTH_PROCESSES or (os.cpu_count() or 1) < 2:
        return _Here()
    return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=_end_with_the_run)


def _end_with_the_run() -> None:
    """In a worker: a run that is killed can't tell its workers to end, and they would wait for work for ever."""
    run = parent_process()

    def watch() -> None:
        if run is not None:
            run.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
