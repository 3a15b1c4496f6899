"""Pages of accounts: sign-in, my account, a new password by mail, and the people whom an administrator looks after."""
