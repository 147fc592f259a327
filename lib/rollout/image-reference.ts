/** What a person, a push or CI may write for an image. */
export interface ImageReference {
  /** Registry and repository as written; `undefined` where only a tag or a digest was. */
  readonly registry: string | undefined;
  readonly repository: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const digestPattern = /^sha256:[0-9a-f]{64}$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const repositoryPattern = /^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/;
const registryPattern = /^[a-z0-9.-]+(?::\d{1,5})?$/;

/**
 * Reads `tag`, `sha256:digest`, `repository:tag`, `repository@sha256:digest`, each also with a registry in front.
 * A bare word is a tag. `undefined` where the text is none of these.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (digestPattern.test(text)) return { registry: undefined, repository: undefined, tag: undefined, digest: text };
  if (tagPattern.test(text)) return { registry: undefined, repository: undefined, tag: text, digest: undefined };

  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !digestPattern.test(digest)) return undefined;

  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  if (tag === undefined && digest === undefined) return undefined;

  const path = hasTag ? named.slice(0, colon) : named;
  const { registry, repository } = splitRegistry(path);
  if (!repositoryPattern.test(repository)) return undefined;
  if (registry !== undefined && !registryPattern.test(registry)) return undefined;
  return { registry, repository, tag, digest };
}

/** The first part of a path is a registry where it could be a host: it has a dot or a port, or is `localhost`. */
function splitRegistry(path: string): { registry: string | undefined; repository: string } {
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return isHost ? { registry: first, repository: path.slice(slash + 1) } : { registry: undefined, repository: path };
}
