"""What each stage and analysis does with the stores: the chain, its parameters and outcomes, and a module for every
stage that is more than one call of the domain. The assets call it, and so do the page and the commands. No Dagster."""
