"""Terms so common that a new desk need not learn them: it starts as if it had seen them.

The file beside this one holds numbers alone: for each term, hashed as `evidence` does, the part of
all articles of a language in which it was found, in 255ths. Terms that stand in less than one
article of fifty are left out. Any language that is not in it is learnt within some dozens of articles.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_FILE = Path(__file__).with_name("usual_terms.bin")


@cache
def usual_terms() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float32]]:
    """(terms, the part of articles that hold each, 0..1)."""
    data = np.fromfile(_FILE, "<u4")
    return data >> np.uint32(8), (data & np.uint32(0xFF)).astype(np.float32) / np.float32(255)
