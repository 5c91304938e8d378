"""The InfoMax post: every displayed formula and every sentence that can be true or false."""
