"""检查需求导入: an agency's needs from a table with one need a row (`portal.files.importing`)."""
