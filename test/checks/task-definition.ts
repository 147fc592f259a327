import type { TaskDefinitionFacts } from '../../lib/drivers/slot-runtime.ts';
import type { Alterations } from '../usecases/watched-world.ts';

interface Written {
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Other settings of the container `app`, or of another one by `name:path`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Containers besides `app`; each has an image of its name, unless `images` says another one. */
  readonly sidecars?: readonly string[];
  readonly images?: Readonly<Record<string, string>>;
  /** Settings of the task definition itself. */
  readonly task?: Readonly<Record<string, string>>;
}

/** A world whose ECS knows one task definition, which both slots have. */
export function taskDefinition(written: Written): Alterations {
  const facts = factsOf(written);
  return { runtime: { taskDefinition: () => Promise.resolve(facts) } };
}

/** What ECS says of a task definition with the container `app`. */
export function factsOf({
  environment = {},
  secrets = {},
  settings = {},
  sidecars = [],
  images = {},
  task = {},
}: Written): TaskDefinitionFacts {
  const own = Object.entries({
    ...settings,
    ...prefixed('environment', environment),
    ...prefixed('secrets', secrets),
  }).map(([path, value]): readonly [string, string] => [
    path.includes(':') ? path.replace(':', '.') : `app.${path}`,
    value,
  ]);
  const containers = Object.fromEntries(
    sidecars.map((name) => [name, { image: images[name] ?? name, environment: {}, secrets: {} }]),
  );
  return {
    arn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
    family: 'web',
    active: true,
    containers: { app: { image: 'shop/web:1', environment, secrets }, ...containers },
    settings: { ...task, ...Object.fromEntries(own) },
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
