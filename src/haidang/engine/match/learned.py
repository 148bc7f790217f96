"""The weights of claim matching, as `haidang bench claims --learn` printed them; see `ranking`."""

from __future__ import annotations

import numpy as np

CLAIM_WEIGHTS = np.array(
    [
        2.4253,  # words_log
        1.5762,  # claim_log
        1.2043,  # title
        0.3003,  # subtitle
        0.3757,  # pairs
        3.5377,  # covered
        6.0847,  # text_share
        6.1627,  # rarest
        0.7493,  # names
        0.3504,  # numbers
        0.5184,  # count
        -0.1857,  # claim_size
        -0.1335,  # title_size
        -1.0400,  # signature
        -1.7533,  # before
        -1.9389,  # days_apart
        2.5491,  # same_week
        2.1002,  # same_month
    ],
    np.float32,
)
