"""The desk starts no threads behind its own back."""

import os
import subprocess
import sys

LOOK = """
import haidang.engine.group
import os, numpy
(numpy.ones((600, 600), numpy.float32) @ numpy.ones((600, 600), numpy.float32)).sum()
print(len(os.listdir("/proc/self/task")))
"""


def test_large_matrices_are_multiplied_by_one_thread() -> None:
    """OpenBLAS would take every core, and spin there for 30 ms after each call."""
    told = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"
