"""旧件导入: the cases of an earlier system come in with their own numbers and dates (`portal.files.importing`)."""
