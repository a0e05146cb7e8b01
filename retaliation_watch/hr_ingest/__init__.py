"""What HR pushes: manifests, rows under pseudonyms, receipts that tell nothing of the list, proposed measures."""
