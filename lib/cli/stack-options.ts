import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../specification/quantity.ts';
import { taskDefinitionArn } from '../specification/task-definition-base.ts';

/** The name of a stage, as an option's parser. */
export function stageName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the name of a stage: letters, digits and -, a letter first.');
}

function regionName(text: string): string {
  if (/^[a-z]{2,8}(?:-[a-z]+){1,3}-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the name of an AWS region, such as eu-west-1.');
}

/** Adds what names a deployed stack. */
export function withStackOptions(command: Command): Command {
  return withRegion(
    command.addOption(
      new Option('--stage <name>', 'the deployed stage').env('SLUICE_STAGE').default('production').argParser(stageName),
    ),
  );
}

/** Adds the region alone. */
export function withRegion(command: Command): Command {
  return command.addOption(
    new Option('--region <name>', 'the AWS region; by default the one that AWS_REGION or the profile names').argParser(
      regionName,
    ),
  );
}

/** Adds the region alone, for what looks at the services themselves and needs no deployed stack. */
export function withRegionOfSpec(command: Command): Command {
  return command.addOption(
    new Option('--region <name>', 'the AWS region; by default the one that the ARNs of the spec name').argParser(
      regionName,
    ),
  );
}

const longestReason = 600;

function reason(text: string): string {
  if (text.trim() !== '' && text.length <= longestReason) return text;
  throw new InvalidArgumentError(`Expected a sentence of up to ${longestReason} characters.`);
}

/** `--reason`, which goes into the record. */
export function reasonOption(isRequired: boolean): Option {
  return new Option('--reason <text>', isRequired ? 'why, for the record (required)' : 'why, for the record')
    .argParser(reason)
    .makeOptionMandatory(isRequired);
}

/** Longest name of somebody that the record takes. */
const longestWho = 200;

function somebody(text: string): string {
  if (text.trim() !== '' && text.length <= longestWho) return text;
  throw new InvalidArgumentError(`Expected a name of up to ${longestWho} characters.`);
}

/** `--as`, who stands in the record. */
export function asOption(meaning: string): Option {
  return new Option('--as <name>', meaning).argParser(somebody);
}

/** The name of a service or of a rollout, as an argument's parser: both are looked up, so neither is checked further. */
export function recordName(text: string): string {
  if (/^[a-z][a-z0-9-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected a name of lower-case letters, digits and -, a letter first.');
}

/** A positive whole number, as an option's parser. */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, 1 to 999999.');
}

/** Seconds of a duration such as 90m, as an option's parser. */
export function durationOption(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new InvalidArgumentError('Expected a duration with a unit, such as 90s or 2h.');
}

/** The ARN of a task definition, as an option's parser. */
export function taskDefinitionOption(text: string): string {
  if (taskDefinitionArn.test(text)) return text;
  throw new InvalidArgumentError('Expected the ARN of a task definition, with its revision.');
}
