"""The form on the telephone, what its scripts ask for, and the record that came of it."""
