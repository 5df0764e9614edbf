"""What every room stands on: unit of work, audit, keys, outbox, jobs, forms, pages, PDF."""
