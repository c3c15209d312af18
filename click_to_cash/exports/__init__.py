"""Conversions for ad platforms: files that are right before they leave.

SQL decides what is to be told to whom and whether it can be
(`exports.conversion_events`); here it is written in each platform's format, logged, and
marked by the platform's answer.
"""
