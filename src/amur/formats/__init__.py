"""The field's file formats <-> plain objects and arrays: one module or folder per format.

Every reader here either returns a whole valid object or raises `amur.formats.errors.FormatErrors`, which
lists what is wrong, where (file, row, column) and what would be right. No Django in this folder; called by
the portal and by the command line.
"""
