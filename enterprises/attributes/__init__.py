"""Attributes of firms (ENT-4): the catalogue, and one current value per firm and attribute."""
