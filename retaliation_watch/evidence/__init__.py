"""Placebo-calibrated excess: what a person met, against what was to be expected, against colleagues watched alike."""
