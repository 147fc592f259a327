import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IncidentDeed } from '../../../lib/ports/incident-orders.ts';
import { incidentReport } from '../../../lib/report/incident-report.ts';
import { incidentSettings } from '../../../lib/specification/incident.ts';
import { emergencyId } from '../../../lib/ports/emergencies.ts';
import { orderIncident } from '../../../lib/usecases/incident/order-incident.ts';
import { lookAtIncident, lookAtIncidentInput } from '../../../lib/usecases/incident/look-at-incident.ts';
import { beginEmergency, orderEmergency } from '../../../lib/usecases/emergency/order-emergency.ts';
import { lookAtEmergency } from '../../../lib/usecases/emergency/look-at-emergency.ts';
import { orderEmergencyInput, takeOrder } from '../../../lib/usecases/emergency/take-order.ts';
import { acknowledgeAlert } from '../../../lib/usecases/people/acknowledge-alert.ts';
import { modelExecutions, type Started } from '../../model/model-executions.ts';
import { modelSpec } from '../../model/model-world.ts';
import { walk } from '../../model/walk.ts';
import { type Journey, journeyTo } from '../journey.ts';

let journey: Journey;
const minute = 60_000;

beforeEach(async () => {
  journey = await journeyTo('finished');
});

const caller = { principal: 'arn:aws:iam::111122223333:user/ana', standing: 'one', why: '' } as const;
const order = (deed: IncidentDeed, user = 'Ana') =>
  orderIncident({ service: 'web', deed, calling: { user, caller } }, journey.world);
const open = (changes: Partial<Extract<IncidentDeed, { wanted: 'open' }>> = {}) =>
  order({ wanted: 'open', level: 'P1', reason: 'logins fail', cause: 'person', ...changes });
const look = (changes: { readonly startedAt?: string; readonly execution?: string } = {}) =>
  lookAtIncident({ ...running(), startedAt: new Date(journey.world.time).toISOString(), ...changes }, journey.world);
const running = () => lookAtIncidentInput.omit({ startedAt: true }).parse(journey.world.startedIncidents.at(-1)?.input);
const record = async () => (await journey.world.incidents.incident('web'))?.record;
const opened = () => journey.events('IncidentOpened');
const matters = async () =>
  ((await journey.stored()).state.matters ?? []).map(({ type, severity }) => [type, severity]);
const apply = (changes: Readonly<Record<string, unknown>>) =>
  journey.world.store.putSpec(modelSpec(changes), 'Ana', '2026-03-01T10:00:00.000Z');
const startsOf = () => journey.world.startedIncidents.map(({ name }) => name);

describe('an incident', () => {
  test('is opened once, however many open it at once, and its machine runs once', async () => {
    await apply({ incident: { contacts: [{ name: 'Database team', phone: '+49 30 1', backup: 'Ben' }] } });
    const answers = await Promise.all([open(), open(), open()]);

    expect(answers.filter((answer) => 'joined' in answer && answer.joined === false)).toHaveLength(1);
    expect(startsOf()).toEqual(['web-incident-1']);
    expect(await opened()).toEqual([
      expect.objectContaining({
        number: 1,
        level: 'P1',
        by: 'Ana',
        contacts: ['Database team (+49 30 1, in their place Ben)'],
        principal: caller.principal,
      }),
    ]);
    expect(await matters()).toContainEqual(['IncidentOpened', 'critical']);
  });

  test('of P2 and P3 pages nobody: what stays open is a warning', async () => {
    await open({ level: 'P3' });
    expect(await matters()).toContainEqual(['IncidentOpened', 'warning']);
  });

  test('is commanded by who takes it with a click, and handed over by command', async () => {
    await open();
    await acknowledgeAlert(journey.rolloutId, { by: 'Ben', how: 'link' }, journey.world);
    await look();
    expect(await record()).toMatchObject({ commander: { by: 'Ben' } });
    expect(await journey.events('IncidentCommanded')).toEqual([expect.objectContaining({ by: 'Ben' })]);

    await order({ wanted: 'take' });
    await order({ wanted: 'take' });
    await look();
    expect((await journey.events('IncidentCommanded')).slice(1)).toEqual([
      expect.objectContaining({ by: 'Ana', from: 'Ben' }),
    ]);
    await order({ wanted: 'take', to: 'Cleo' });
    const { commander } = (await record()) ?? {};
    expect(commander).toMatchObject({ by: 'Cleo', how: 'command', from: 'Ana' });
    // What AWS verified is who handed it over.
    expect(commander?.principal).toBeUndefined();
    expect((await journey.events('IncidentCommanded')).at(-1)).toMatchObject({
      by: 'Cleo',
      handedBy: expect.stringContaining(caller.principal),
    });
  });

  test('taken by command ends its reminders', async () => {
    await open();
    await order({ wanted: 'take' });
    const { state } = await journey.stored();
    expect(state.matters?.find(({ type }) => type === 'IncidentOpened')).toMatchObject({ taken: { by: 'Ana' } });
  });

  test('takes notes and updates once by their key, whatever they say', async () => {
    await open();
    const text = '<script>alert(1)</script> @channel \u202e *all* good';
    const note = { wanted: 'note', key: 'note-1', text, followUp: true } as const;
    expect(await order(note)).toMatchObject({ outcome: 'done' });
    await order(note);
    await order({ wanted: 'update', key: 'update-1', text: 'we work on it', level: 'P2', restored: true });
    expect(await journey.events('IncidentNoted')).toEqual([expect.objectContaining({ text, followUp: true })]);
    expect(await record()).toMatchObject({ level: 'P2', restoredAt: expect.any(String) });
  });

  test('asks for an update each half hour, with drafts, until one is given', async () => {
    await open();
    journey.world.time += 31 * minute;
    await look();
    await look();
    expect(await journey.events('IncidentUpdateDue')).toHaveLength(1);
    const [due] = await journey.events('IncidentUpdateDue');
    expect(due).toMatchObject({
      draft: [
        expect.stringContaining('team: P1 since'),
        expect.stringContaining('stakeholders'),
        expect.stringMatching(/^Draft for customers: Since .* we have a problem with web/),
      ],
    });
    await order({ wanted: 'update', key: 'u', text: 'we work on it' });
    journey.world.time += 29 * minute;
    await look();
    expect(await journey.events('IncidentUpdateDue')).toHaveLength(1);
    journey.world.time += 2 * minute;
    await look();
    expect(await journey.events('IncidentUpdateDue')).toHaveLength(2);
  });

  test('is escalated to its contacts where nobody answers, and where it takes too long', async () => {
    await apply({ incident: { P1: { respond: '10m', resolve: '2h' }, contacts: [{ name: 'Ben', backup: 'Cleo' }] } });
    await open();
    journey.world.time += 9 * minute;
    await look();
    expect(await journey.events('IncidentEscalated')).toEqual([]);
    journey.world.time += 2 * minute;
    await look();
    await look();
    expect(await journey.events('IncidentEscalated')).toEqual([
      expect.objectContaining({ key: 'silence-P1-0-0-1', contacts: ['Ben (in their place Cleo)'] }),
    ]);
    await order({ wanted: 'take' });
    journey.world.time += 2 * 60 * minute;
    await look();
    expect(await journey.events('IncidentEscalated')).toMatchObject([
      { key: 'silence-P1-0-0-1' },
      { key: 'overdue-P1-0-0' },
    ]);
  });

  test('is closed by a person, which ends all that was open of it, and its machine', async () => {
    await apply({ incident: { P1: { respond: '10m' } } });
    await open();
    journey.world.time += 11 * minute;
    await look();
    expect(await order({ wanted: 'close', reason: 'mended' })).toMatchObject({ outcome: 'done' });
    expect(await look()).toMatchObject({ outcome: 'over', rolloutId: journey.rolloutId });
    expect((await matters()).filter(([type]) => String(type).startsWith('Incident'))).toEqual([]);
    expect(await journey.events('IncidentClosed')).toHaveLength(1);
    expect(await order({ wanted: 'note', key: 'late', text: 'late' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('Incident 1 was closed at'),
    });
  });

  test('that comes back within a day is the same one, and a new one after that', async () => {
    await open();
    await order({ wanted: 'close', reason: 'mended' });
    journey.world.time += 23 * 60 * minute;
    expect(await open({ reason: 'again' })).toMatchObject({ number: 1, joined: false });
    expect(startsOf()).toEqual(['web-incident-1', 'web-incident-1-again-1']);
    expect(await matters()).toContainEqual(['IncidentOpened', 'critical']);
    await order({ wanted: 'close', reason: 'mended again' });
    journey.world.time += 25 * 60 * minute;
    expect(await open()).toMatchObject({ number: 2 });
    expect(await opened()).toMatchObject([
      { number: 1, reopened: 0 },
      { number: 1, reopened: 1 },
      { number: 2, reopened: 0 },
    ]);
  });

  test('of a writer that died after its claim is told by the next look', async () => {
    const { world } = journey;
    const append = world.store.append.bind(world.store);
    world.store.append = () => Promise.reject(new Error('died'));
    await expect(open()).rejects.toThrow('died');
    world.store.append = append;
    expect(await opened()).toEqual([]);
    // The order again starts the machine, too.
    expect(await open()).toMatchObject({ joined: true });
    expect(startsOf()).toEqual(['web-incident-1']);
    expect(await opened()).toHaveLength(1);
  });

  test('that gets worse to P0 or P1 pages, once each time, and its times count from there', async () => {
    await open({ level: 'P3' });
    journey.world.time += 3 * 60 * minute;
    await open({ level: 'P1', reason: 'nobody can pay' });
    await look();
    await order({ wanted: 'update', key: 'better', text: 'a few can pay', level: 'P2' });
    await look();
    const worse = { wanted: 'update', key: 'worse', text: 'nobody is served', level: 'P0' } as const;
    await order(worse);
    await order(worse);
    await look();
    const raised = [
      { key: 'raised-P1-1', level: 'P1', reason: 'Ana raised it from P3 to P1: nobody can pay' },
      { key: 'raised-P0-2', level: 'P0', reason: 'Ana raised it from P2 to P0: nobody is served' },
    ];
    expect(await journey.events('IncidentEscalated')).toMatchObject(raised);
    expect(await matters()).toContainEqual(['IncidentEscalated', 'critical']);
    journey.world.time += 16 * minute;
    await look();
    expect(await journey.events('IncidentEscalated')).toMatchObject([...raised, { key: 'silence-P0-0-2-1' }]);
  });

  test('that was raised by a writer that died pages at the next look', async () => {
    await open({ level: 'P3' });
    const { world } = journey;
    const append = world.store.append.bind(world.store);
    world.store.append = () => Promise.reject(new Error('died'));
    await expect(open({ level: 'P0' })).rejects.toThrow('died');
    world.store.append = append;
    await look();
    expect(await journey.events('IncidentEscalated')).toMatchObject([{ key: 'raised-P0-1' }]);
  });

  test('is not over for users where something joins it after they were served again', async () => {
    await open();
    await order({ wanted: 'update', key: 'served', text: 'it works', restored: true });
    expect(await record()).toMatchObject({ restoredAt: expect.any(String) });
    journey.world.time += minute;
    await open({ reason: 'it fails again' });
    await look();
    expect((await record())?.restoredAt).toBeUndefined();
  });

  describe('beside a drill', () => {
    const drill = { service: 'web', drill: 'rollback', requestedBy: 'Ana', reason: 'quarterly drill' } as const;
    const runDrill = async () => {
      const { world } = journey;
      await apply({ drills: { rollback: ['test'] } });
      await world.store.endRetention('web', journey.rolloutId);
      await walk('rollout', drill, world, {}, 'execution-2');
      const summary = (await world.store.list('web', 5)).find((one) => one.drill === 'rollback');
      if (summary === undefined) throw new Error('no drill ran');
      return summary;
    };

    test('is told in the newest rollout that is no drill: messages of a drill read as one', async () => {
      const { rolloutId, phase } = await runDrill();
      expect([phase, rolloutId === journey.rolloutId]).toEqual(['rolledBack', false]);
      await open();
      expect(await record()).toMatchObject({ toldIn: journey.rolloutId });
    });

    test('has a report that takes no drill for the restoration of users', async () => {
      const { rolloutId } = await runDrill();
      const { world } = journey;
      const { state } = (await world.store.load(rolloutId)) ?? (await journey.stored());
      await open();
      const incidentOpened = (await world.store.events(journey.rolloutId, 0)).filter(
        ({ event }) => event.type === 'IncidentOpened',
      );
      const events = [
        ...incidentOpened.map((one) => ({ ...one, at: state.openedAt })),
        ...(await world.store.events(rolloutId, 0)),
      ];
      const restoredIn = (told: typeof state) => {
        const asked = { service: 'web', stage: 'test', number: 1, now: world.now() };
        const report = incidentReport(asked, [{ state: told, events }], incidentSettings(state.spec));
        return report?.spans.find(({ name }) => name === 'restore')?.to;
      };
      expect(restoredIn(state)).toBeUndefined();
      expect(restoredIn({ ...state, drill: undefined })).toEqual(expect.any(String));
    });

    test('is not over for users as a drill of the same version went back', async () => {
      const { rolloutId } = await runDrill();
      await open();
      const { incidents } = journey.world;
      const stored = await incidents.incident('web');
      if (stored === undefined) throw new Error('no incident');
      // As one that was opened by an earlier version, while the drill ran.
      const opened = { ...stored.record.opened, at: '2026-03-01T00:00:00.000Z' };
      await incidents.putIncident('web', { ...stored.record, opened, toldIn: rolloutId }, stored);
      await look();
      expect((await record())?.restoredAt).toBeUndefined();
    });
  });

  test('remembers what it told, however long it lasts and however much people write', async () => {
    await apply({ incident: { P1: { respond: '10m' } } });
    await open();
    journey.world.time += 11 * minute;
    await look();
    await order({ wanted: 'take' });
    for (let turn = 0; turn < 205; turn += 1) {
      await order({ wanted: 'note', key: `note-${String(turn)}`, text: 'still' });
      if (turn % 20 !== 0) continue;
      journey.world.time += 31 * minute;
      await look();
    }
    const { incident } = (await journey.stored()).state;
    expect(incident?.keys.filter((key) => key.startsWith('update-'))).toHaveLength(1);
    expect(incident?.keys.filter((key) => key.startsWith('note-'))).toHaveLength(200);
    await look();
    expect(await journey.events('IncidentCommanded')).toHaveLength(1);
    expect(await journey.events('IncidentEscalated')).toHaveLength(1);
  });

  test('keeps few of the changes of command, and records the newest one once', async () => {
    await open();
    for (let turn = 1; turn <= 45; turn += 1) await order({ wanted: 'take', to: `person ${String(turn)}` });
    await order({ wanted: 'take', to: 'person 45' });

    const { incident } = (await journey.stored()).state;
    const commands = incident?.keys.filter((key) => key.startsWith('command-')) ?? [];
    expect([commands[0], commands.at(-1), commands.length]).toEqual(['command-26', 'command-45', 20]);
    expect(await journey.events('IncidentCommanded')).toHaveLength(45);
  });

  test('that a person opens pages, whatever their order says of its cause', async () => {
    await open({ cause: 'web-emergency-1', quiet: true });
    expect(await opened()).toMatchObject([{ cause: 'person' }]);
    expect(await matters()).toContainEqual(['IncidentOpened', 'critical']);
  });

  describe('that is open for days', () => {
    /** AWS answers a start with the name and input of an execution that runs as if it had started it. */
    const answersAsAws = () => {
      const { incidentExecutions, running: executions } = journey.world;
      const start = incidentExecutions.start.bind(incidentExecutions);
      incidentExecutions.start = async (name, input) => {
        const joins = executions.has(incidentExecutions.arnOf(name));
        const started = await start(name, input);
        return joins ? { ...started, alreadyStarted: false } : started;
      };
    };
    const lookAfterADay = (changes: { readonly execution?: string }) => {
      const startedAt = new Date(journey.world.time).toISOString();
      journey.world.time += 25 * 60 * minute;
      return look({ startedAt, ...changes });
    };
    const ends = (name: string) => journey.world.running.delete(journey.world.incidentExecutions.arnOf(name));

    test('is handed over each day to an execution of its own, once', async () => {
      answersAsAws();
      await open();
      expect(await lookAfterADay({ execution: 'web-incident-1' })).toMatchObject({ outcome: 'over' });
      expect(await lookAfterADay({ execution: 'web-incident-1' })).toMatchObject({ outcome: 'over' });
      expect(startsOf()).toEqual(['web-incident-1', 'web-incident-1-2']);
      ends('web-incident-1');
      await lookAfterADay({ execution: 'web-incident-1-2' });
      expect(startsOf()).toEqual(['web-incident-1', 'web-incident-1-2', 'web-incident-1-3']);
    });

    test('is handed over by an execution that does not say its name', async () => {
      answersAsAws();
      await open();
      await lookAfterADay({});
      expect(startsOf()).toEqual(['web-incident-1', 'web-incident-1-2']);
    });

    test('is led on by one execution, whoever asks for it meanwhile', async () => {
      answersAsAws();
      await open();
      await lookAfterADay({ execution: 'web-incident-1' });
      ends('web-incident-1');
      await open();
      expect(startsOf()).toEqual(['web-incident-1', 'web-incident-1-2']);
    });
  });

  test('of a service without a rollout is refused, as nobody would hear of it', async () => {
    await journey.world.store.putSpec(modelSpec({ service: 'shop' }), 'Ana', '2026-03-01T10:00:00.000Z');
    const deed = { wanted: 'open', level: 'P1', reason: 'x', cause: 'person' } as const;
    const answer = await orderIncident({ service: 'shop', deed, calling: { user: 'Ana', caller } }, journey.world);
    expect(answer).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('No rollout of shop') });
  });
});

describe('by itself', () => {
  const byItself = (cause: string) =>
    orderIncident(
      { service: 'web', deed: { wanted: 'open', level: 'P1', reason: 'the check fails', cause } },
      journey.world,
    );

  test('one is opened only where the spec speaks of incidents, once a cause, and never again after its end', async () => {
    expect(await byItself('after-smoke')).toMatchObject({ outcome: 'refused' });
    await apply({ incident: {} });
    expect(await byItself('after-smoke')).toMatchObject({ outcome: 'done', number: 1, joined: false });
    expect(await byItself('after-smoke')).toMatchObject({ joined: true });
    expect(await byItself('after-load')).toMatchObject({ joined: true });
    expect(await journey.events('IncidentNoted')).toMatchObject([{ text: 'after-load, P1: the check fails' }]);
    await order({ wanted: 'close', reason: 'mended' });
    expect(await byItself('after-smoke')).toMatchObject({ said: expect.stringContaining('Ana closed it at') });
    expect(await record()).toMatchObject({ standing: 'closed' });
    expect(startsOf()).toHaveLength(1);
  });

  const emergencyStarts: Started[] = [];
  const emergencyNeeds = () => {
    const { store, emergencies, incidents, incidentExecutions, now, running: executions } = journey.world;
    const emergencyExecutions = modelExecutions('emergency', emergencyStarts, executions);
    return { store, emergencies, incidents, incidentExecutions, now, emergencyExecutions };
  };
  const declare = async () => {
    const { spec } = (await journey.world.store.spec('web')) ?? {};
    if (spec === undefined) throw new Error('no spec');
    await beginEmergency('web', spec, { declarer: { by: 'Ana', reason: 'down' } }, emergencyNeeds());
  };

  test('an emergency opens one that pages nobody a second time, and its end says that users are served', async () => {
    await apply({ incident: {} });
    await declare();
    await lookAtEmergency({ service: 'web', number: 1 }, journey.world);
    await lookAtEmergency({ service: 'web', number: 1 }, journey.world);
    expect(await opened()).toEqual([
      expect.objectContaining({ level: 'P0', quiet: true, cause: emergencyId('web', { number: 1 }) }),
    ]);
    expect(await matters()).toContainEqual(['IncidentOpened', 'warning']);
    journey.world.time += minute;
    await lookAtEmergency({ service: 'web', number: 1 }, journey.world);
    expect(await journey.events('EmergencyEnded')).toEqual([expect.objectContaining({ outcome: 'served' })]);
    await look();
    expect(await record()).toMatchObject({ restoredAt: expect.any(String), standing: 'open' });
  });

  test('an emergency goes on where its incident cannot be opened', async () => {
    await apply({ incident: {} });
    await declare();
    const { world } = journey;
    world.incidents.incident = () => Promise.reject(new Error('away'));
    expect(await lookAtEmergency({ service: 'web', number: 1 }, world)).toMatchObject({ outcome: 'wait' });
    expect((await world.emergencies.emergency('web'))?.record.incident).toEqual({ problem: 'Error: away' });
  });

  test('an alert of an emergency whose time was over is open until a person ends it', async () => {
    await declare();
    journey.world.time += 3_600_000;
    await lookAtEmergency({ service: 'web', number: 1 }, journey.world);
    expect(await matters()).toContainEqual(['EmergencyEnded', 'critical']);
    const end = { service: 'web', wanted: 'end', reason: 'seen to', calling: { user: 'Ana', caller } } as const;
    expect(await orderEmergency(end, emergencyNeeds())).toMatchObject({ outcome: 'done' });
    expect((await matters()).filter(([type]) => String(type).startsWith('Emergency'))).toEqual([]);
    expect(await orderEmergency(end, emergencyNeeds())).toMatchObject({ outcome: 'done' });
    expect(await journey.events('EmergencySeenTo')).toEqual([expect.objectContaining({ reason: 'seen to' })]);
  });

  test('an execution that was lost is followed by another one', async () => {
    await open();
    const lost = () =>
      takeOrder(
        orderEmergencyInput.parse({
          detail: {
            stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-incident',
            name: 'web-incident-1',
            status: 'ABORTED',
            input: JSON.stringify(running()),
          },
        }),
        emergencyNeeds(),
      );
    journey.world.running.clear();
    await lost();
    expect(startsOf()).toEqual(['web-incident-1', 'web-incident-1-2']);
    await order({ wanted: 'close', reason: 'mended' });
    journey.world.running.clear();
    expect(await lost()).toEqual({ outcome: 'ignored' });
  });
});
