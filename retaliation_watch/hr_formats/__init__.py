"""Reading what HR pushes: roster and events, strictly, in bounded memory."""
