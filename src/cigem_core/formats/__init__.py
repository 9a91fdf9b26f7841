"""Files as tables of text: each format hands over the same blocks of cells with their lines."""
