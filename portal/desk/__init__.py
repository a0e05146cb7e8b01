"""The staff face: sealed cases out, signed steps in; whatever is opened is opened in the browser."""
