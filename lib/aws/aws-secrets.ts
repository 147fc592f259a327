import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Secrets } from '../ports/secrets.ts';

/** A changed secret is in use within it, also where nobody refuses the old one. */
const cachedSeconds = 300;

/** Secrets of Parameter Store and Secrets Manager, read when needed and kept in memory for five minutes. */
export function awsSecrets(ssm: SSMClient, manager: SecretsManagerClient, now: () => Date): Secrets {
  const kept = new Map<string, { readonly value: string; readonly until: number }>();

  const fetchOne = async (place: string): Promise<string | undefined> => {
    if (place.startsWith('ssm:')) {
      const Name = place.slice('ssm:'.length);
      return (await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value;
    }
    const SecretId = place.slice('secretsmanager:'.length);
    return (await manager.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  };

  return {
    async read(reference) {
      const known = kept.get(reference);
      if (known !== undefined && known.until > now().getTime()) return known.value;
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
      kept.set(reference, { value, until: now().getTime() + cachedSeconds * 1000 });
      return value;
    },
    forget(reference) {
      kept.delete(reference);
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
