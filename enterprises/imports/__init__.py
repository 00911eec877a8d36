"""Importing the list of firms from Excel or CSV: columns → preview → apply → undo (ENT-1, ENT-2).

The web only says what is wanted (`flow`); the worker does it (`work`), each step in one transaction, all or nothing.
"""
