"""The contract of an adapter: checks made of its samples and its declaration alone."""
