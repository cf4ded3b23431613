/** Release files for tests, signed on 2025-01-01 by keys that do not expire and whose secret halves were thrown away. */

/** Keyring whose key signed the files below. */
export const keyring = Buffer.from(
  'mDMEZ3SFgBYJKwYBBAHaRw8BAQdAP53yMy1C6+vdZaFPVHU0hl+PqG2QusdevOZzE6Y0Qra0GlJlbGVhc2UgZmlsZXMgb2YgdGhlIHRlc3RziJAEExYIADgWIQSBRULhsdLMGDG5nD8Tl+g1TknpIgUCZ3SFgAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRATl+g1TknpIvStAP46To3I70TP9PWfsiqy9dOEkWGiyZOYnpmqZRwEL5KfJQEA5Ct8/p5x5hllN/W9M2QLbmZu5v2xqzOQCVabPIFTywY=',
  'base64',
);

/** Keyring of somebody else. */
export const otherKeyring = Buffer.from(
  'mDMEZ3SFgBYJKwYBBAHaRw8BAQdA+mDe4oKB9Ru/pcUqzBtQX/EixFE9BMLA5yk82CIHpqm0DVNvbWVib2R5IGVsc2WIkAQTFggAOBYhBL3IG0EEkJRUvgpxuf0Zgn9QN1BNBQJndIWAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEP0Zgn9QN1BNnvABAJ4+PiTx2LZxa765H+2xcXA6HFttNILWnpLgx6i9R9DMAP9R/AvntRGoHBlyn/oWtbRngdN7mlUugVTDSvn6ub7jCw==',
  'base64',
);

/** An InRelease file of the suite unstable whose Valid-Until is over. */
export const unstableRelease = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Suite: unstable
Date: Wed, 01 Jan 2025 00:00:00 UTC
Valid-Until: Wed, 08 Jan 2025 00:00:00 UTC
MD5Sum:
 11 5 main/binary-amd64/Packages.gz
SHA256:
 ee01ee01 1234 main/binary-amd64/Packages.xz
-----BEGIN PGP SIGNATURE-----

iHUEARYIAB0WIQSBRULhsdLMGDG5nD8Tl+g1TknpIgUCZ3SFgAAKCRATl+g1Tknp
IkB3AP49GTVqbOCxhDZQOt23hCu1GRxS57mgU/ilwaXsi5hqVgD+Ihrc+sVEFE1j
vBl9cKjh6teywe+OfuQRZZLhNvdvnAQ=
=xPia
-----END PGP SIGNATURE-----
`;

/** The same of the suite stable. */
export const stableRelease = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Suite: stable
Date: Wed, 01 Jan 2025 00:00:00 UTC
Valid-Until: Wed, 08 Jan 2025 00:00:00 UTC
MD5Sum:
 11 5 main/binary-amd64/Packages.gz
SHA256:
 ee01ee01 1234 main/binary-amd64/Packages.xz
-----BEGIN PGP SIGNATURE-----

iHUEARYIAB0WIQSBRULhsdLMGDG5nD8Tl+g1TknpIgUCZ3SFgAAKCRATl+g1Tknp
Iu7MAP9Tvmm/uvBo+QfyzdfpXTglcb9fXPilBu9fL4TARpZBuQEAv0BeTHrPKgj/
Nthoxlirm+aGpgTmNPbJ/UgqkG6kXAM=
=cek0
-----END PGP SIGNATURE-----
`;
