import { Command } from 'commander';
import { calendarVerbs } from './calendar-verbs.ts';
import type { CliContext } from './cli-context.ts';
import { recordVerbs } from './record-verbs.ts';
import { setUpVerbs } from './set-up-verbs.ts';

/** Makes one verb of the command line. */
export type CommandFactory = (context: CliContext) => Command;

/** Headings of the list of verbs, by what a person wants to do. */
export const verbGroups = {
  setUp: 'Set up a service:',
  rollOut: 'Roll out:',
  see: 'See:',
  decide: 'Decide:',
  back: 'Go back:',
  stack: 'The stack itself:',
} as const;
export type VerbGroup = keyof typeof verbGroups;

/** A verb as the list of verbs shows it; what it does is loaded when it is asked for. */
export interface Verb {
  readonly name: string;
  /** Its arguments, as commander writes them. */
  readonly args: string;
  /** `false` for one that has verbs of its own, or nothing to choose. */
  readonly hasOptions?: boolean;
  readonly description: string;
  /** Under which heading help lists it. */
  readonly group: VerbGroup;
  readonly load: () => Promise<CommandFactory>;
}

/** Returns what stands for a verb in the list of verbs. A test holds the list against the verbs themselves. */
export function listed({ name, args, hasOptions = true, description, group }: Verb): Command {
  const command = new Command(name).description(description).helpGroup(verbGroups[group]);
  if (args !== '') command.arguments(args);
  return hasOptions ? command.option('--json') : command;
}

/** The product's verbs, in the order of a rollout. To load them all takes longer than most of them take. */
export const verbs: readonly Verb[] = [
  ...setUpVerbs,
  {
    name: 'apply',
    group: 'setUp',
    args: '<file...>',
    description: 'check rollout specs and make them the ones that rollouts use',
    load: async () => (await import('./commands/apply.ts')).applyCommand,
  },
  {
    name: 'history',
    group: 'setUp',
    args: '<service>',
    description: "list the applied versions of a service's spec, with who and when",
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    name: 'check',
    group: 'setUp',
    args: '<service>',
    description: 'run the checks before a rollout of a service, without one; changes nothing',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'start',
    group: 'rollOut',
    args: '<service>',
    description: 'start a rollout',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  {
    name: 'release',
    group: 'rollOut',
    args: '',
    hasOptions: false,
    description: 'roll out several services together, in order, and back together',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  {
    name: 'rollback',
    group: 'back',
    args: '<service>',
    description: 'go back to the version before, from a running rollout or after one',
    load: async () => (await import('./commands/rollback.ts')).rollbackCommand,
  },
  {
    name: 'status',
    group: 'see',
    args: '<service|rollout>',
    description: 'show where a rollout stands',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'watch',
    group: 'see',
    args: '[service|rollout]',
    description: 'show a rollout while it runs: gates, tasks, what is next; without a name every service',
    load: async () => (await import('./commands/watch.ts')).watchCommand,
  },
  {
    name: 'open',
    group: 'see',
    args: '[name]',
    description: 'print a link to the page of a rollout; without a name to that of all services',
    load: async () => (await import('./commands/open.ts')).openCommand,
  },
  {
    name: 'reconcile',
    group: 'rollOut',
    args: '[service...]',
    description: 'find pushed images that no rollout knows, and start a rollout for the newest of each service',
    load: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  },
  {
    name: 'get',
    group: 'see',
    args: '<rollout>',
    description: 'show a rollout with every event of its record',
    load: async () => (await import('./commands/get.ts')).getCommand,
  },
  {
    name: 'list',
    group: 'see',
    args: '[service]',
    description: "list services with what serves and what runs, or one service's rollouts, newest first",
    load: async () => (await import('./commands/list.ts')).listCommand,
  },
  {
    name: 'approve',
    group: 'decide',
    args: '<service|rollout>',
    description: 'approve a rollout that waits for it, as one of the people of its spec',
    load: async () => (await import('./commands/approve.ts')).approveCommand,
  },
  {
    name: 'reject',
    group: 'decide',
    args: '<service|rollout>',
    description: 'reject a rollout that waits for approval, and say why',
    load: async () => (await import('./commands/approve.ts')).rejectCommand,
  },
  {
    name: 'review',
    group: 'decide',
    args: '<service|rollout>',
    description: 'review a rollout that one person approved alone (approve --break-glass), as another person',
    load: async () => (await import('./commands/review.ts')).reviewCommand,
  },
  {
    name: 'pause',
    group: 'decide',
    args: '<service|rollout>',
    description: 'hold a rollout: no traffic is shifted until it is resumed',
    load: async () => (await import('./commands/command.ts')).commandVerb('pause'),
  },
  {
    name: 'resume',
    group: 'decide',
    args: '<service|rollout>',
    description: 'let a paused rollout go on',
    load: async () => (await import('./commands/command.ts')).commandVerb('resume'),
  },
  {
    name: 'promote',
    group: 'decide',
    args: '<service|rollout>',
    description: 'skip the rest of the step under way',
    load: async () => (await import('./commands/command.ts')).commandVerb('promote'),
  },
  ...calendarVerbs,
  {
    name: 'abort',
    group: 'back',
    args: '<service|rollout>',
    description: 'roll a rollout back, at once',
    load: async () => (await import('./commands/command.ts')).commandVerb('abort'),
  },
  {
    name: 'retry',
    group: 'rollOut',
    args: '<service|rollout>',
    description: 'try the image of an ended rollout again, or a task that waits for a decision',
    load: async () => (await import('./commands/command.ts')).commandVerb('retry'),
  },
  {
    name: 'close',
    group: 'back',
    args: '<service|rollout>',
    description: 'end a rollback that cannot end by itself: traffic and tasks stay as they are',
    load: async () => (await import('./commands/close.ts')).closeCommand,
  },
  ...recordVerbs,
  {
    name: 'notify',
    group: 'see',
    args: '',
    hasOptions: false,
    description: 'test the channels of a service, take over what is open, send again what no channel took',
    load: async () => (await import('./commands/notify.ts')).notifyCommand,
  },
  {
    name: 'schema',
    group: 'setUp',
    args: '',
    hasOptions: false,
    description: 'print the JSON Schema of rollout specs, for editors',
    load: async () => (await import('./commands/schema.ts')).schemaCommand,
  },
  {
    name: 'completion',
    group: 'setUp',
    args: '<shell>',
    hasOptions: false,
    description: 'print a script with which bash, zsh or fish completes verbs, options and their words',
    load: async () => {
      const { completionCommand } = await import('./commands/completion.ts');
      return (context) => completionCommand(context, verbs);
    },
  },
  {
    name: 'stack',
    group: 'stack',
    args: '',
    hasOptions: false,
    description: 'deploy, compare, show or remove the stack that this package carries',
    load: async () => (await import('./commands/stack.ts')).stackCommand,
  },
];
