"""Datasets on object stores and web servers: who reads them, and what they refuse."""
