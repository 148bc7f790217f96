"""The learnt numbers by which an article is held to belong to a story: one set for all data.

Learnt by logistic regression over pairs of article and candidate story from three research sets in
Vietnamese and English, in date order and shuffled; no text is kept, only these weights. They stand
in the order of `stories.features`; five numbers are words, pairs, names, lead, title.
"""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array(
    [
        # the logarithm of the cosine with the nearest member, against the usual
        *(0.915, 0.690, -0.447, 0.182, 0.026),
        # the same of the mean over the members
        *(0.381, 0.483, 0.404, 0.424, 0.087),
        # the cosine with the nearest member
        *(0.407, 0.667, 2.097, 1.071, 0.677),
        # the mean cosine
        *(-0.055, 0.526, 1.668, 0.745, 0.707),
        # the usual cosine itself
        *(-0.540, 0.070, 0.175, -0.156, -0.096),
        -0.345,  # one over the number of members
        -2.733,  # days to the nearest member, over 14
    ]
)
BIAS = -6.184
THRESHOLD = -1.0
"""Log-odds from which an article joins a story. Below even odds: the pairs that were learnt from
hold more near misses than a desk meets."""
