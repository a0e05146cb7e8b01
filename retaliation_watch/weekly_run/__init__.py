"""The weekly run: the store's rows through the method, and alerts with their evidence."""
