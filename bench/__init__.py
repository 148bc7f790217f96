"""Measuring: `./haidang bench TASK`. Data comes by argument; figures go to docs/benchmarks.md by hand."""

import haidang  # noqa: F401 -- first: it tells numpy's library how many threads to start
