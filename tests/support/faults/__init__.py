"""Crashes, power loss, full disks, failing stores and slow lines, and what has to hold after them."""
