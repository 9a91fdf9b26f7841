"""Training plans carried through: who goes to which session, who attends, who is certified, what is earned and paid."""
