"""Expectations: what the departments' figures must satisfy, and which of them are taken.

Belongs here: the catalogue of rules, judging rows against it, findings, acceptance.
Does not belong here: reading workbooks (ingestion), measures and reports (dbt_project), what goes out (dispatch).
"""
