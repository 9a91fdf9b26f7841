"""Workbooks cell by cell: each kind of workbook gives its sheets' cells with what each was."""
