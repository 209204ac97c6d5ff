"""Detects AMIs of other builders, and adopts them."""
