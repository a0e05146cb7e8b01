"""The command `yanlu` in a process of its own or in this one, and other programs."""
