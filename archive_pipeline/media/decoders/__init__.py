"""Who decodes a video: a processor, or the decoder of an NVIDIA GPU (NVDEC)."""
