"""Pictures of the marts: SQL does the arithmetic, Altair only draws.

One module per picture, its queries on top; `write` puts them into a folder.
"""
