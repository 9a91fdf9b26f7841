"""Delimited text: the dialects of agencies, declared or found, and what a file that keeps to none most likely means."""
