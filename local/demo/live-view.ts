import type { RecordedEvent } from '../../lib/rollout/events.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { describeEvent, severityOf } from '../../lib/rollout/transition.ts';
import { clock, gateLine, printable } from './format.ts';

/** Shows a rollout while it runs. */
export interface LiveView {
  update(state: RolloutState, news: readonly RecordedEvent[]): void;
  /** Leaves the terminal as a program should; lines printed afterwards stand below. */
  end(): void;
}

type Sample = Extract<RecordedEvent['event'], { type: 'GreenAnalysed' }>;

interface Terminal {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** One line a transition; on a terminal also a panel below that is drawn anew. */
export function liveView(terminal: Terminal): LiveView {
  let panelLines = 0;
  let sample: Sample | undefined;

  const clearPanel = () => {
    if (panelLines > 0) terminal.write(`\u001b[${panelLines}A\u001b[0J`);
    panelLines = 0;
  };

  return {
    update(state, news) {
      clearPanel();
      for (const { event, at } of news) {
        if (event.type === 'GreenAnalysed') sample = event;
        const severity = severityOf(event.type);
        if (severity === undefined) continue;
        const mark = { info: ' ', warning: '!', critical: '‼' }[severity];
        terminal.write(`${clock(at)} ${mark} ${printable(describeEvent(event, state))}\n`);
        if (event.type === 'RollbackRequested' || event.type === 'StepPassed') {
          for (const gate of sample?.gates ?? []) terminal.write(`           ${printable(gateLine(gate))}\n`);
        }
      }
      if (!terminal.isTTY) return;
      const lines = panel(state, sample).map((line) => printable(line).slice(0, terminal.columns - 1));
      terminal.write(lines.map((line) => `${line}\n`).join(''));
      panelLines = lines.length;
    },
    end: clearPanel,
  };
}

const barWidth = 40;

function panel(state: RolloutState, analysed: Sample | undefined): readonly string[] {
  const filled = Math.round((state.weight / 100) * barWidth);
  const measured = analysed?.measuredWeight;
  const step = state.step < 0 ? 'before the first step' : `step ${state.step + 1} of ${state.spec.steps.length}`;
  const left = state.phase === 'baking' && analysed !== undefined ? `, ${analysed.secondsLeft} s left in the bake` : '';
  return [
    '',
    `  ${state.service} ${state.image.tag ?? state.image.digest}: ${state.phase}, ${step}${left}`,
    `  green [${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}] asked ${state.weight} %, measured ${measured === undefined ? '–' : `${measured} %`}`,
    ...(state.phase === 'baking' ? (analysed?.gates ?? []).map((gate) => `  ${gateLine(gate)}`) : []),
  ];
}
