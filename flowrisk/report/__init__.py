"""An answer as a document: page, PDF, note, workbook, notebook."""
