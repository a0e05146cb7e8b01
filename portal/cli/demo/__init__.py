"""The demo: a made-up office, served on this machine only."""
