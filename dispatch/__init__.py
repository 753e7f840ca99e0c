"""Dispatch: all that goes out, to units, to leaders, to the terminal and to BI.

Belongs here: merged table, lists, receipts, overview and status, publishing; how a workbook of ours looks.
Does not belong here: judging or computing figures (expectations, dbt_project), deciding when to run (orchestration).
"""
