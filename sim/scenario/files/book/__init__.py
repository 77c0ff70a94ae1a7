"""A scenario as a workbook: layout (what stands where) · reading · writing, with pen (how it looks)."""
