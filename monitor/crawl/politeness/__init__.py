"""robots.txt: fetching it, its rules, and its delays."""
