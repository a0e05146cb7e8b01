"""Sealed names: their packets, and opening one with the votes of the custodians."""
