"""Embedding models: texts become vectors, on ONNX Runtime or PyTorch."""
