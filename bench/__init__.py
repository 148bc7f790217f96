"""Measuring: `./haidang bench TASK`. Data comes by argument; figures go to docs/benchmarks.md by hand."""
