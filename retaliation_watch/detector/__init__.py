"""A Poisson CUSUM on each person's adverse measures, with control limits from matched controls; see METHOD.md."""
