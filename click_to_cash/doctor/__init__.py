"""What the connectors deliver, what is wrong with it, and what to mend first."""
