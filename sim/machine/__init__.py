"""Machine code that is kept on disk."""
