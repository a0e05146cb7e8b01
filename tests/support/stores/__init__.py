"""The product's stores on both back ends, their backups, and rows to fill them."""
