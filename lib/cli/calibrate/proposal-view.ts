import type { Calibration } from '../../calibration/calibrate.ts';
import type { Proposal } from '../../calibration/proposal.ts';
import { formatDuration } from '../../specification/quantity.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { lineDiff } from './line-diff.ts';
import { limitText } from './spec-patch.ts';

/** The file that a proposal is for; all absent where the applied spec is judged. */
interface Target {
  readonly file: string | undefined;
  readonly text: string | undefined;
  readonly patched: string | undefined;
}

/** A proposal as a person reads it: why, and the lines to write. */
export function proposalLines(
  spec: RolloutSpec,
  { proposal, past }: Pick<Calibration, 'proposal' | 'past'>,
  { file, text, patched }: Target,
): readonly string[] {
  const { limits, bakes } = proposal;
  if (past.minutes.length === 0) return ['Nothing is proposed: nothing is known.'];
  if (limits.length + bakes.length === 0) return ['Nothing is proposed: limits and bakes fit what the service did.'];
  const reasons = [
    ...limits.map(({ gate, why }) => `- ${gate}: ${why}.`),
    ...bakes.map(({ weight, why }) => `- The step of ${weight} %: ${why}.`),
  ];
  const isPatched = file !== undefined && text !== undefined && patched !== undefined;
  return [
    'Proposed:',
    ...reasons,
    '',
    ...(isPatched
      ? [`--- ${printable(file)}`, ...lineDiff(text, patched).map((line) => printable(line))]
      : fragment(spec, proposal)),
    '',
    isPatched
      ? `Write it with: sluice calibrate ${spec.service} --file ${printable(file)} --write`
      : 'Write these lines into the file of the spec: gates by their names, steps in their places.',
  ];
}

function fragment(spec: RolloutSpec, { limits, bakes }: Proposal): readonly string[] {
  const gates = limits.flatMap(({ gate: name, pass, abort }) => {
    const gate = spec.gates.find((one) => one.name === name);
    if (gate === undefined) return [];
    const was = `# was ${limitText(gate, gate.pass)} and ${limitText(gate, gate.abort)}`;
    return [`  - name: ${name} ${was}`, `    pass: ${limitText(gate, pass)}`, `    abort: ${limitText(gate, abort)}`];
  });
  const steps = bakes.map(({ step, weight, bake }) => {
    const was = formatDuration(spec.steps[step]?.bake ?? 0);
    return `  - { weight: ${weight}, bake: ${formatDuration(bake)} } # was ${was}`;
  });
  return [...(gates.length === 0 ? [] : ['gates:', ...gates]), ...(steps.length === 0 ? [] : ['steps:', ...steps])];
}

/** The same for machines: limits as a spec writes them. */
export function jsonOfProposal(spec: RolloutSpec, { limits, bakes }: Proposal): object {
  return {
    gates: limits.map(({ gate: name, pass, abort, why }) => {
      const gate = spec.gates.find((one) => one.name === name);
      const said = (value: number) => (gate === undefined ? String(value) : limitText(gate, value));
      return { name, pass: said(pass), abort: said(abort), why };
    }),
    steps: bakes.map(({ step, weight, bake, why }) => ({ step, weight, bake: formatDuration(bake), why })),
  };
}
