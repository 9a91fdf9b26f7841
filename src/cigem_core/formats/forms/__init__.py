"""Forms: the workbook one is written in, and an answer as its server takes it."""
