"""Journeys: whole roads of a report, in real browsers, on running servers."""
