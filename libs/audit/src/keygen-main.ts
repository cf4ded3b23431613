import { newSeed, signingKey } from './checkpoints/signing-key.ts';

const seed = newSeed();
console.log(`AUDIT_SIGNING_KEY=${seed}   (secret: for the services only)`);
const { publicKey } = signingKey(Buffer.from(seed, 'base64'));
console.log(`public key ${publicKey.text}   (for audit verify --public-key; its id is ${publicKey.id})`);
console.log(`AUDIT_SEAL_KEY=${newSeed()}   (secret: the same for all services on one database, and for audit:verify)`);
