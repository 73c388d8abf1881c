"""Which mines the office cannot trust: a score of few indicators, red lines, lists, frozen records, back-test.

Everything here is arithmetic over plain figures; nothing reads a database, a clock or a chance of its own.
"""
