"""Why the controller may be trusted: proofs, counterexamples and their evidence.

Never imports `codegen`, nor the reverse, and speaks to Z3 through `verify.smt` only. An answer
is a verdict, never a bool, and knows nothing of how it is shown.
"""
