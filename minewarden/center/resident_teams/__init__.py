"""Resident teams (驻矿蹲点帮扶): a team at one mine until its problems are solved."""
