"""The proof engines and searches, one a file, all over `verify.smt`.

An engine that ran out of something answers Unknown and says what ran out; that an error was not
found within a bound is never a proof.
"""
