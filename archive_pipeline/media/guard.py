"""Run a program that dies with its parent: `python guard.py PROGRAM ARGUMENT…` (Linux; elsewhere it only runs it).

A shim instead of `preexec_fn`, which can deadlock in a process with threads, and Dagster's have many.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)


if __name__ == "__main__":
    die_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])
