"""Measurements that anybody can repeat: how good the scenes are."""
