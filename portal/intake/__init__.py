"""The public face: static pages and an interface that takes and gives sealed bytes only."""
