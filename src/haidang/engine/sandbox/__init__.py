"""Limited child processes for reading strangers' bytes, and the linear look before any parser.

Refuses: targets outside the engine, values that are not plain or of the engine's types (nothing
that comes back from a child can run code), more CPU, wall time or memory than was allowed.
"""

from haidang.engine.sandbox.codec import BadMessageError, allow, decode, encode
from haidang.engine.sandbox.lookover import look_over
from haidang.engine.sandbox.pool import Sandbox

__all__ = ["BadMessageError", "Sandbox", "allow", "decode", "encode", "look_over"]
