"""What `checks/policies.py` reads: the statements of every policy, and what IAM's data set says about them."""
