"""The weights of claim matching, as `haidang bench claims --learn` printed them; see `ranking`."""

from __future__ import annotations

import numpy as np

CLAIM_WEIGHTS = np.array(
    [
        2.4140,  # words_log
        1.5753,  # claim_log
        1.1888,  # title
        0.2987,  # subtitle
        0.1838,  # pairs
        3.3996,  # covered
        6.2497,  # text_share
        6.3713,  # rarest
        0.7071,  # names
        0.3473,  # numbers
        0.4597,  # count
        -0.1816,  # claim_size
        -0.1338,  # title_size
        -1.0181,  # signature
        -1.7330,  # before
        -1.9873,  # days_apart
        2.6458,  # same_week
        2.0593,  # same_month
    ],
    np.float32,
)
