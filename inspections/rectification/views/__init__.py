"""The pages of what follows a finding."""
