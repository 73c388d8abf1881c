"""Which mines the office cannot trust: a score of few indicators, red lines, lists, frozen records, back-test.

The arithmetic reads no database, no clock and no chance of its own: ``figures`` ``formula`` ``yardstick`` ``index``
``lists`` ``snapshot`` ``takes_off`` and, for the back-test, ``history`` ``measures`` ``baselines`` ``regression``
``backtest``. The office around it counts from the records (``counts``), keeps (``models``, ``services``) and shows.
"""
