"""Acting without giving anyone away: cover entries, and fairness reviews that are drawn among everybody."""
