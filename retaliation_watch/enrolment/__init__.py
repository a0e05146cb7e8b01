"""Who is protected: entries that all look alike, their terms, and what caps them."""
