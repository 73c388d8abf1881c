"""Base page, design tokens and the pieces that all apps share."""
