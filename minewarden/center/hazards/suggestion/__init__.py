"""The three most likely clauses for what somebody is writing: proposed by a linear model, chosen by a person."""
