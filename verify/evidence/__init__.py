"""What makes a verdict worth believing: certificates, their re-check and the sanity battery.

A proof is re-checked from its certificate alone, by another solver than the one that found it.
"""
