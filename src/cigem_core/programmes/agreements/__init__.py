"""Conventions that live: what the parties owe each other, what was changed and when, and what was kept."""
