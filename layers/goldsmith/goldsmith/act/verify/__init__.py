"""Scans an AMI, stores its findings, and carries out the gate's decision."""
