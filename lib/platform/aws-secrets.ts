import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Secrets } from '../channels/secrets.ts';

/** A changed secret is in use within it, also where nobody refuses the old one. */
const cachedSeconds = 300;

/** A secret that cannot be read is asked for again only after it: requests from outside must not cost a call each. */
const refusedSeconds = 10;

/** Secrets of Parameter Store and Secrets Manager, read when needed and kept in memory for five minutes. */
export function awsSecrets(ssm: SSMClient, manager: SecretsManagerClient, now: () => Date): Secrets {
  const kept = new Map<string, { readonly value: string; readonly until: number }>();
  const refused = new Map<string, { readonly error: Error; readonly until: number }>();

  const fetchOne = async (place: string): Promise<string | undefined> => {
    if (place.startsWith('ssm:')) {
      const Name = place.slice('ssm:'.length);
      return (await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value;
    }
    const SecretId = place.slice('secretsmanager:'.length);
    return (await manager.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  };

  const readOne = async (reference: string): Promise<string> => {
    const [place = '', field] = reference.split('#');
    let text: string | undefined;
    try {
      text = await fetchOne(place);
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new Error(`Secret ${reference} cannot be read: ${why}`, { cause: error });
    }
    const value = field === undefined ? text : fieldOf(text ?? '', field);
    if (value === undefined || value === '') throw new Error(`Secret ${reference} is empty, or has no such field.`);
    return value;
  };

  return {
    async read(reference) {
      const at = now().getTime();
      const known = kept.get(reference);
      if (known !== undefined && known.until > at) return known.value;
      const before = refused.get(reference);
      if (before !== undefined && before.until > at) throw before.error;
      try {
        const value = await readOne(reference);
        kept.set(reference, { value, until: at + cachedSeconds * 1000 });
        return value;
      } catch (error) {
        if (error instanceof Error) refused.set(reference, { error, until: at + refusedSeconds * 1000 });
        throw error;
      }
    },
    forget(reference) {
      kept.delete(reference);
      refused.delete(reference);
    },
  };
}

/** A field of a JSON secret. What the parser would say of a text that is none could hold a part of it. */
function fieldOf(text: string, field: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const value: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, field) : undefined;
  return typeof value === 'string' ? value : undefined;
}
