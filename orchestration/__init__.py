"""Orchestration: when and in what order; Dagster's assets and checks, the writer's lock and the command line.

Belongs here: wiring of the rooms, partitions, checks, what is stale, the ``diaodu`` commands.
Does not belong here: any rule, figure or layout; an asset calls one function of another room.
"""
