"""What is counted over many cases, and how it is shown without showing anybody."""
