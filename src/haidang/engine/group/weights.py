"""The learnt numbers by which two articles are held to tell of one event: one set for all data.

Learnt by logistic regression over pairs of an article and the members of its candidate stories, from
three research sets in Vietnamese and English, in date order and shuffled; no text is kept, only these
weights. They stand in the order of `stories.features`; six numbers are words, pairs, names, lead,
title, figures.
"""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        # the cosine
        *(-3.424, 6.681, 8.850, 8.005, 8.570, -0.000),
        # its logarithm against the usual
        *(1.715, -0.431, 0.562, -0.367, -0.047, 0.684),
        2.328,  # days apart, over 14
        -1.434,  # log(1 + 4 days)
    ]
)
BIAS = -5.884
THRESHOLD = -1.0
"""Log-odds, the mean over a story's members, from which an article joins it. Below even odds: the pairs
that were learnt from hold more near misses than a desk meets."""
JOINED = 0.0
"""Log-odds, the mean over all pairs, from which a later article brings two stories together."""
