"""The log and the read model, in SQLite: the durable list of events that is also the work queue."""
