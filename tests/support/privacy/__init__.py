"""What stores, times and pages give away: searches, classifiers and planted leaks."""
