"""Servers and clients that lie, tamper or overload."""
