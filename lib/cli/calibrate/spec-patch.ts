import { isMap, isScalar, isSeq, parseDocument, stringify, type YAMLMap } from 'yaml';
import { unitOfGate } from '../../analysis/direction.ts';
import { type Proposal, withProposal } from '../../calibration/proposal.ts';
import type { SpecGate } from '../../specification/gate.ts';
import { parseSpec } from '../../specification/parse.ts';
import { formatDuration } from '../../specification/quantity.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { isSame } from '../../usecases/people/same-spec.ts';

/** A part of a text that is written anew. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Returns a limit as a spec writes it. */
export function limitText(gate: SpecGate, value: number): string {
  const unit = unitOfGate(gate);
  if (unit === 'share') return `${String(Number((100 * value).toPrecision(6)))}%`;
  return unit === 'seconds' ? formatDuration(value) : String(value);
}

/**
 * Returns the text of a spec with a proposal in it, everything else as it was, comments and all; `undefined` where the text is written in a way that cannot
 * be changed in place. What is returned says exactly what was proposed.
 *
 * @param spec what the text says
 */
export function patchedSpec(text: string, spec: RolloutSpec, proposal: Proposal): string | undefined {
  const edits = editsOf(text, spec, proposal);
  if (edits === undefined) return undefined;
  const patched = edits
    .toSorted((one, other) => other.from - one.from)
    .reduce((all, { from, to, text: fresh }) => all.slice(0, from) + fresh + all.slice(to), text);
  const parsed = parseSpec(patched, 'spec.yml');
  return parsed.ok && isSame(parsed.spec, withProposal(spec, proposal)) ? patched : undefined;
}

function editsOf(text: string, spec: RolloutSpec, proposal: Proposal): readonly Edit[] | undefined {
  const { contents } = parseDocument(text, { version: '1.2', schema: 'core', merge: false, logLevel: 'silent' });
  if (!isMap(contents) || contents.flow === true) return undefined;
  const ofGates = proposal.limits.length === 0 ? [] : gateEdits(text, contents, spec, proposal);
  const ofSteps = proposal.bakes.length === 0 ? [] : stepEdits(text, contents, spec, proposal);
  return ofGates === undefined || ofSteps === undefined ? undefined : [...ofGates, ...ofSteps];
}

function gateEdits(text: string, root: YAMLMap, spec: RolloutSpec, proposal: Proposal): readonly Edit[] | undefined {
  const gates = root.get('gates', true);
  if (gates === undefined) return [atEnd(text, { gates: gatesToWrite(root, spec, proposal) })];
  if (!isSeq(gates)) return undefined;
  const edits: Edit[] = [];
  for (const { gate: name, pass, abort } of proposal.limits) {
    const gate = spec.gates.find((one) => one.name === name);
    if (gate === undefined) return undefined;
    const limits = { pass: limitText(gate, pass), abort: limitText(gate, abort) };
    const written = gates.items.find((item) => isMap(item) && item.get('name') === name);
    const own = isMap(written) ? changedGate(text, written, limits) : addedGate(text, gates.items[0], name, limits);
    if (own === undefined) return undefined;
    edits.push(...own);
  }
  return edits;
}

type Limits = Readonly<Record<'pass' | 'abort', string>>;

/** Limits that are written are written over; others come after the name. */
function changedGate(text: string, gate: YAMLMap, limits: Limits): readonly Edit[] | undefined {
  const name = rangeOf(gate.get('name', true));
  const column = columnOf(text, gate.range?.[0]);
  if (name === undefined || column === undefined) return undefined;
  const edits: Edit[] = [];
  let added = '';
  for (const key of ['pass', 'abort'] as const) {
    const range = rangeOf(gate.get(key, true));
    if (range !== undefined) edits.push({ ...range, text: limits[key] });
    else if (gate.has(key)) return undefined;
    else added += gate.flow === true ? `, ${key}: ${limits[key]}` : `\n${' '.repeat(column)}${key}: ${limits[key]}`;
  }
  return added === '' ? edits : [...edits, { from: name.to, to: name.to, text: added }];
}

/** A gate that only the preset names becomes the first one of the list. */
function addedGate(text: string, first: unknown, name: string, { pass, abort }: Limits): readonly Edit[] | undefined {
  if (!isMap(first) || first.flow === true) return undefined;
  const column = columnOf(text, first.range?.[0]);
  if (column === undefined || column < 2 || first.range === undefined || first.range === null) return undefined;
  const indent = ' '.repeat(column);
  const lines = [`name: ${name}`, `${indent}pass: ${pass}`, `${indent}abort: ${abort}`, `${' '.repeat(column - 2)}- `];
  return [{ from: first.range[0], to: first.range[0], text: lines.join('\n') }];
}

function stepEdits(text: string, root: YAMLMap, spec: RolloutSpec, proposal: Proposal): readonly Edit[] | undefined {
  const steps = root.get('steps', true);
  if (steps === undefined) return [atEnd(text, { steps: stepsToWrite(withProposal(spec, proposal)) })];
  if (!isSeq(steps)) return undefined;
  const edits = proposal.bakes.map(({ step, bake }): Edit | undefined => {
    const written = steps.items[step];
    const range = isMap(written) ? rangeOf(written.get('bake', true)) : undefined;
    return range && { ...range, text: formatDuration(bake) };
  });
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

/** Without a preset a gate is written whole, and with it every other one. */
function gatesToWrite(root: YAMLMap, spec: RolloutSpec, proposal: Proposal): readonly object[] {
  const isPreset = root.has('preset');
  return withProposal(spec, proposal).gates.flatMap((gate) => {
    const { unit: _, ...whole } = { unit: undefined, ...gate };
    const limits = { pass: limitToWrite(gate, gate.pass), abort: limitToWrite(gate, gate.abort) };
    if (!isPreset) return [{ ...whole, ...limits, ...durationsOf(gate) }];
    return proposal.limits.some((one) => one.gate === gate.name) ? [{ name: gate.name, ...limits }] : [];
  });
}

/** A count is a number, not a text of digits. */
function limitToWrite(gate: SpecGate, value: number): string | number {
  return unitOfGate(gate) === 'count' ? value : limitText(gate, value);
}

function durationsOf(gate: SpecGate): object {
  const sumOver = 'value' in gate ? gate.sumOver : undefined;
  return {
    ...(gate.warmUp !== undefined && { warmUp: formatDuration(gate.warmUp) }),
    ...(sumOver !== undefined && { sumOver: formatDuration(sumOver) }),
  };
}

function stepsToWrite({ steps }: RolloutSpec): readonly object[] {
  return steps.map((step) => ({ ...step, bake: formatDuration(step.bake) }));
}

function atEnd(text: string, fields: object): Edit {
  const isOpen = text !== '' && !text.endsWith('\n');
  return { from: text.length, to: text.length, text: `${isOpen ? '\n' : ''}${stringify(fields, { lineWidth: 0 })}` };
}

function rangeOf(node: unknown): { readonly from: number; readonly to: number } | undefined {
  if (!isScalar(node) || node.range === undefined || node.range === null) return undefined;
  return { from: node.range[0], to: node.range[1] };
}

/** Characters before it on its line. */
function columnOf(text: string, offset: number | undefined): number | undefined {
  return offset === undefined ? undefined : offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
