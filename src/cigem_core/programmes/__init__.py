"""What the centre does of its own: each programme has a room, and decides by rules that are pure functions."""
