import type { PageAnswer } from '../../lib/console/page.ts';
import type { LinkDesk } from '../console/link-desk.ts';
import { abort, approve, asked, baking, reject } from '../console/link-journeys.ts';
import { withApprovals } from '../usecases/journey.ts';
import type { Lines } from './lines.ts';

/** Records the pages of personal links: what is asked, what each click does, and what a link that no longer decides shows. */
export async function writePages(lines: Lines): Promise<void> {
  for (const write of [approvals, commands, holds, signIn]) await write(lines);
}

async function approvals(lines: Lines): Promise<void> {
  const { desk, journey } = await asked();
  const [ana, ben, cleo] = [await desk.issue('Ana'), await desk.issue('Ben'), await desk.issue('Cleo')];
  await shown('an approval is asked for', desk, ana, lines);
  await posted('an approval without its nonce', desk.postRaw(ana, 'action=approve'), lines);
  await posted('an approval from another origin', desk.post(ana, approve, { origin: 'https://evil.example' }), lines);
  await posted('an action that does not exist', desk.post(ana, { action: 'deploy' }), lines);
  await posted('a rejection without a comment', desk.post(ben, { action: 'reject' }), lines);
  await posted('an approval', desk.post(ana, approve), lines);
  await shown('after the own approval', desk, ana, lines);
  await shown('after the approval of another', desk, ben, lines);
  await posted('a rejection', desk.post(ben, reject), lines);
  await shown('after a rejection', desk, cleo, lines);
  await shown('a link that was never issued', desk, 'x'.repeat(ana.length), lines);
  journey.world.time += 1_000_000_000;
  await shown('long after', desk, cleo, lines);
}

async function commands(lines: Lines): Promise<void> {
  const { desk } = await baking();
  const token = await desk.issue('Ana');
  await shown('a bake', desk, token, lines);
  await posted('a pause', desk.post(token, { action: 'pause' }), lines);
  await shown('a bake that is paused', desk, await desk.issue('Ben'), lines);
  await posted('a rollback', desk.post(await desk.issue('Ben'), abort), lines);
  await shown('after a rollback', desk, token, lines);
}

async function holds(lines: Lines): Promise<void> {
  const { desk, journey } = await baking();
  const until = new Date(journey.world.time + 3_600_000).toISOString();
  await journey.append({ type: 'DecisionRequested', step: 0, reason: 'too few', asked: ['Ana', 'Ben'], until });
  const token = await desk.issue('Ana');
  await shown('a bake that cannot be judged', desk, token, lines);
  await posted('a promotion', desk.post(token, { action: 'promote' }), lines);
  await shown('after a promotion', desk, token, lines);
}

async function signIn(lines: Lines): Promise<void> {
  const { desk } = await asked(withApprovals({ identity: 'verified' }));
  const token = await desk.issue('Ana');
  await shown('an approval that needs a signed-in person', desk, token, lines);
  await posted('an approval without having signed in', desk.post(token, approve), lines);
}

async function shown(title: string, desk: LinkDesk, token: string, lines: Lines): Promise<void> {
  written(`GET ${title}`, await desk.get(token), lines);
}

async function posted(title: string, answer: Promise<PageAnswer>, lines: Lines): Promise<void> {
  written(`POST ${title}`, await answer, lines);
}

function written(title: string, { status, headers, body }: PageAnswer, lines: Lines): void {
  lines.add(`== ${title}: ${String(status)}`, headers, 'headers');
  // Every page has the same style and script: their hashes stand in the headers.
  const shown = body
    .replace(/<style>[^]*<\/style>/, '<style>…</style>')
    .replace(/<script>[^]*<\/script>/, '<script>…</script>');
  lines.text('  body', shown);
}
