"""What a host may be asked, and how often: robots.txt and its rules."""
