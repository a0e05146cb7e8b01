"""The wire format: pure functions over bytes, twin of the browser code."""
