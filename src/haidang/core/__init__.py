"""The ground floor: who works here, what the desk is, jobs, and the log of people's acts."""
