"""Made-up companies whose truth is known: to tune on some, and to report on others."""
