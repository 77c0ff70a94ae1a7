"""Plans of jobs (point, replication) on an executor, and the tables that come out of them."""
