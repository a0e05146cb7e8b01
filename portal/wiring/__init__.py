"""The composition root: settings become stores, services and apps here and nowhere else.

A module for each kind of process, and nothing is imported here: intake carries no code of the desk or of backups.
"""
