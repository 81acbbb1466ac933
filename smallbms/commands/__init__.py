"""The commands, one a file.

Commands read arguments, write files and choose the exit status; what they decide is computed
in the packages below, and how it looks in `smallbms.presenters`.
"""
