"""Inspections: good firms are left in peace, the others are visited once, and every visit is lawful and traceable."""
