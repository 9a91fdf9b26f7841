"""Workbooks: read cell by cell under guard, tables on their sheets, rows put in, corrections written."""
