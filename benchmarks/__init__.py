"""Benchmarks: measures of success, always two things side by side in one run on one machine.

Belongs here: timings as ratios.
Does not belong here: assertions on time; a slow machine is not a bug.
"""
