"""How good the pipeline is: its results against known truth, and the scores of retrieval and segmentation."""
