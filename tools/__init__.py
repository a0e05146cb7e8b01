"""Tools that set up, check and measure the project; none of them ships."""
