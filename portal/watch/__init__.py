"""The watch's two faces, on a host of their own: the officer's, and HR's upload."""
