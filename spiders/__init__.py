"""The spiders: requests and callbacks, nothing else."""
