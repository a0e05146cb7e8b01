"""Calls of people who may make them and mean harm."""
