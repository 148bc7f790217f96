import numpy as np
WEIGHTS = np.array([2.,2,2,2,2,1, 1,1,1,1,.5,.5, -1,-.3])
BIAS = -4.0
THRESHOLD = -0.5
JOINED = 0.0
