"""What goes to the watch: protection packets, signed calls, requests to open links."""
