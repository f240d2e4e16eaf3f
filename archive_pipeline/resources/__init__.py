"""What Dagster hands to assets and sensors: the stores of the archive, the encoder, and the work on one video."""
