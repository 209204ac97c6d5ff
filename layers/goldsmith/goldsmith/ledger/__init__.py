"""The ledger: one DynamoDB table for what tags cannot hold."""
