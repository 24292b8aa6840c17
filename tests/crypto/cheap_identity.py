"""An identity behind a passphrase, with a work factor so low that opening it takes no time.

No program would write such a file: the 2^4 is for tests alone. `age` opens it like any other.
"""

SECRET = "AGE-SECRET-KEY-169MYPXGRLXXDU0XELXFANTL2FCEHTQYHEMVNWW7AM4T0ZU32JHCSLGSX6C"
PASSPHRASE = "cl\u00e9 compos\u00e9e \U0001f511"
FILE = b"""-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBEZHU4TUhoVjliUUxjN1Bh
ZWllZ3FBIDQKTzFxRklMR2orMmNwR0Z3T1J2K1FTWEtkL1k0U0s0WGxqSmVzRldj
YlpiZwotLS0gcnBsL1QvN2F0bFY5MHdFZHZhVHp3L0VLTTcrNS9FS2VpUHFQYVk3
TThROAqFV8rLvGnIHT+xky95PkIw1WwA9QVMcG4suxfw+gqvkZViBc/axktESP/h
+Tj4dagKASgSvYZw4xKrif/Ys20stoSpl0NZloCmmqQyQSi+pIxG7HSrSnpHR9+m
Snb+QUH6f62d1vjxQxa1Zw==
-----END AGE ENCRYPTED FILE-----
"""
