import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../spec/quantity.ts';
import { taskDefinitionArn } from '../spec/task-definition-base.ts';

function stageName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the name of a stage: letters, digits and -, a letter first.');
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
    new Option('--region <name>', 'the AWS region; by default the one that AWS_REGION or the profile names'),
  );
}

/** Adds the region alone, for what looks at the services themselves and needs no deployed stack. */
export function withRegionOfSpec(command: Command): Command {
  return command.addOption(
    new Option('--region <name>', 'the AWS region; by default the one that the ARNs of the spec name'),
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
