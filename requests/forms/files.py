"""Where the forms of this room take the field for files from."""

from portal.files.fields import FilesField

__all__ = ["FilesField"]
