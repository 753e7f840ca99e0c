"""Ingestion: from what a plan asks and what a unit sends to typed rows with the address of every cell.

Belongs here: plan and form loaders, reading workbooks, archive, register, the lake's table layouts.
Does not belong here: judging figures (expectations), anything that goes out (dispatch), Dagster, dbt, GX.
"""
