"""Descriptions of shots by a VLM, and summaries of scenes and programmes made from them."""
