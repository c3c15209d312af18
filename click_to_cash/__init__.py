"""Click to Cash: what each ad click turned out to be worth."""
