"""The letters and forms of a case: their texts, what is written into them, and how they look on paper. Pure."""
