"""Real browsers, an authenticator in software, and the browser's tests under Node."""
