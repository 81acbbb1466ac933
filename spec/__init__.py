"""What the controller does: its language, its machines and the exact meaning of both.

Everybody may import `spec`; it imports no other package of ours, so that what is proved and
what is generated start from one and the same text.
"""
