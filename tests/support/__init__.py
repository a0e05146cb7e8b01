"""Real servers, browsers and stores for the tests."""
