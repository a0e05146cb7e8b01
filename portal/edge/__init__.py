"""What every face shares: the way of a call before it reaches a view, headers, static files."""
