"""Notices to staff: always the same words at fixed times, so that neither tells whether anything happened."""
