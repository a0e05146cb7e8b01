"""The record that nobody can rewrite: a log of sealed facts, with a signed checkpoint at fixed hours."""
