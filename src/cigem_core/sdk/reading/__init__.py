"""From a source to records and faults: what is read, what it means, what is wrong with it."""
