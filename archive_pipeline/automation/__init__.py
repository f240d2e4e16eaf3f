"""When the assets run: jobs, schedules, sensors, and runs that a command line executes."""
