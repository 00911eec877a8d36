"""政策导入: drafts from a table with one clause a row; nothing is published by it (`portal.files.importing`)."""
