"""Hải Đăng: a self-hosted information desk. Start with docs/start-here.md."""

import os

__version__ = "0.1.0"

# Before numpy is loaded. Our matrices are small, and OpenBLAS's further threads, which spin for 30 ms after each
# call, took a fifth of all processor time (docs/benchmarks.md).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
