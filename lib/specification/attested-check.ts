import * as z from 'zod';
import { wholeSeconds } from './quantity.ts';

const stageExpected = 'expected the name of a stage: letters, digits and -, a letter first';
const kindExpected = 'expected rollout, or the name of a suite: up to 32 lower-case letters, digits and -';
const keyExpected =
  'expected a public key on the curve P-256 as base64 of its DER form, 124 characters, which is what `aws kms get-public-key` gives out';

const kinds = z
  .array(z.string(kindExpected).regex(/^[a-z][a-z0-9-]{0,31}$/, kindExpected), 'expected a list of kinds')
  .min(1, 'expected at least one kind')
  .max(20, 'expected at most 20 kinds');

/** A point on P-256, uncompressed, as SubjectPublicKeyInfo: its first 27 bytes are always the same. */
const publicKey = z
  .string(keyExpected)
  .regex(/^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$/, keyExpected)
  .meta({ kind: 'public key', description: 'Base64 of its DER form, as `aws kms get-public-key` gives it out' });

const trustedKey = z.strictObject(
  {
    key: publicKey,
    kinds: kinds
      .optional()
      .meta({ bounds: '1 to 20 entries', description: 'The kinds that it may attest. Without it: every kind' }),
  },
  'expected a map with key, and kinds where it may not attest every one',
);

/** Settings of the check `attested`: what another stage must have attested of an image. */
export const attestedFields = {
  from: z
    .string(stageExpected)
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, stageExpected)
    .meta({ kind: 'name', description: 'The stage that must have attested it, such as `staging`' }),
  kinds: kinds
    .default(['rollout'])
    .meta({ bounds: '1 to 20 entries', description: 'What must have passed there: `rollout`, or the name of a suite' }),
  soak: wholeSeconds({ max: 30 * 86_400 })
    .optional()
    .describe('For how long it must have served all traffic there. Without it: it need not'),
  notOlder: wholeSeconds({ min: 60, max: 365 * 86_400 })
    .prefault('30d')
    .describe('For how long a pass counts after it finished'),
  onAttested: z
    .enum(['start', 'wait'], 'expected start or wait')
    .optional()
    .describe(
      'What happens once all of it is attested. `start`: a rollout of that image begins by itself, and asks for approval as any other. Without it: `wait`, somebody starts it',
    ),
  keys: z
    .array(trustedKey, 'expected a list of keys')
    .min(1, 'expected at least one key')
    .max(10, 'expected at most 10 keys')
    .meta({ bounds: '1 to 10 entries', description: 'The public keys that are trusted to speak for that stage' }),
};
