import { abilities } from '../drivers/layout/abilities.ts';
import type { DriverShape } from '../drivers/layout/driver-shape.ts';
import { driverShapes } from '../drivers/shapes/registry.ts';
import { abilityNames } from './lint-driver.ts';

type Described = Pick<DriverShape<never>, 'name' | 'moves' | 'cannot'>;

/** Returns the tables of all drivers as Markdown: `docs/drivers.md` holds them. */
export function driverTable(shapes: readonly Described[] = Object.values(driverShapes)): string {
  const names = shapes.map(({ name }) => `\`${name}\``);
  const rows = abilityNames.map((ability) => {
    const cells = shapes.map(({ cannot }) => (cannot[ability] === undefined ? 'yes' : `no: ${cannot[ability]}`));
    return `| ${[abilities[ability].can, ...cells, `\`${abilities[ability].instead}\``].join(' | ')} |`;
  });
  return [
    '| Driver | Moves traffic between |',
    '|---|---|',
    ...shapes.map(({ name, moves }) => `| \`${name}\` | ${moves} |`),
    '',
    `| Can it | ${names.join(' | ')} | Where it cannot, write |`,
    `|---|${'---|'.repeat(names.length)}---|`,
    ...rows,
  ].join('\n');
}
