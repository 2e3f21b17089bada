"""What an operator needs: the schedule, logs, metrics. Reads the vault; starts the verbs."""
