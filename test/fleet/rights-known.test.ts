import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { RightsAsked } from '../../local/fleet/api/rights.ts';
import { emptyEcsModel } from '../../local/fleet/ecs/model.ts';
import { ecsRights } from '../../local/fleet/ecs/rights.ts';
import { emptyElbModel } from '../../local/fleet/elb/model.ts';
import { elbRights } from '../../local/fleet/elb/rights.ts';
import { Identity } from '../../local/fleet/identity.ts';
import { emptyScalingModel } from '../../local/fleet/scaling/model.ts';
import { scalingRights } from '../../local/fleet/scaling/rights.ts';
import { projectRoot } from '../../local/stack/project-root.ts';

const identity = new Identity({ region: 'us-east-1', accountId: '000000000000' });
const known: Readonly<Record<string, RightsAsked>> = {
  'client-ecs': ecsRights({ model: emptyEcsModel(), identity }),
  'client-elastic-load-balancing-v2': elbRights({ model: emptyElbModel() }),
  'client-application-auto-scaling': scalingRights({ model: emptyScalingModel(), identity }),
};

/** The commands of a client that the product's adapters import. */
function commandsIn(text: string, client: string): readonly string[] {
  const imports = [...text.matchAll(new RegExp(`import \\{([^}]*)\\} from '@aws-sdk/${client}'`, 'g'))];
  return imports.flatMap(([, names = '']) => [...names.matchAll(/(\w+)Command\b/g)].map(([, name = '']) => name));
}

test.each(Object.entries(known))(
  'the fleet knows the rights of every command of %s that Sluice sends',
  async (client, rights) => {
    const folder = path.join(projectRoot, 'lib');
    const files = (await readdir(folder, { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !name.startsWith(`cli${path.sep}`),
    );
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    const sent = new Set(texts.flatMap((text) => commandsIn(text, client)));

    expect(sent.size).toBeGreaterThan(2);
    expect([...sent].filter((name) => rights[name] === undefined)).toEqual([]);
  },
);
