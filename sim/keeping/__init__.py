"""Results on disk: folders, chunks, workbooks, and who may replace them."""
