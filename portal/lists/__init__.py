"""How a person arranges the lists he works with: saved filters, shown as chips above a list, and its columns."""
