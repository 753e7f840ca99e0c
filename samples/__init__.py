"""Samples: a simulated county that fills the real forms, for demo, tests and benchmark; always labelled 模拟数据.

Belongs here: made-up projects and their true state, the workbooks departments would send, mistakes to seed.
Does not belong here: judging (expectations), metrics (the tests compute them on their own), reading (ingestion).
"""
