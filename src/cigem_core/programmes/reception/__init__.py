"""Reception: from the first visit to the answer of an agency."""
