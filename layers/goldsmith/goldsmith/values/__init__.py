"""Values: what travels between the steps of each verb, and the small rules that are true of one value alone."""
