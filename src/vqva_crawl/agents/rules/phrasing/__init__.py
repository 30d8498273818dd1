"""From what pages say to sentences that ask."""
