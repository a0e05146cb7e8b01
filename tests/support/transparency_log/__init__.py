"""The office's log as it is published, witnessed, or forged."""
