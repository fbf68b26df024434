"""Data sets under inspection: opened in place, read row by row, counted and clustered in bounded memory."""
