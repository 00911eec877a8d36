"""Pages of needs: lists, one need, writing, generating, what the gate refused."""
