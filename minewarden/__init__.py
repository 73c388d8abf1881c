"""Minewarden (矿卫): the working system of a mine-safety supervision office."""

__version__ = "0.1.0"
