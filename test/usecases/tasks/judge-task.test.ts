import { TaskStopCode } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { judgeTask } from '../../../lib/usecases/tasks/judge-task.ts';

const run = { container: 'migrator', within: 600, seconds: 20 };
const stopped = (name: string, exitCode: number) => ({ name, exitCode, lastStatus: 'STOPPED', reason: undefined });
const ended = (own: number, other: number) => ({
  ...{
    arn: 'arn',
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container exited',
  },
  containers: [stopped('migrator', own), stopped('app', other)],
});

describe('a task that ECS ended because one of its containers had failed', () => {
  test.each([0, 137, 143])('says nothing where the container that counts ended with %i, as at a signal', (code) => {
    expect(judgeTask(ended(code, 1), run)).toEqual({
      outcome: 'unknown',
      reason: 'container app ended first, or with it; whether the task did its work is not known',
    });
  });

  test('fails where the container that counts failed with a code of its own', () => {
    expect(judgeTask(ended(2, 1), run)).toMatchObject({ outcome: 'failed', exitCode: 2 });
  });

  test('passes where the other one was ended by the signal', () => {
    expect(judgeTask(ended(0, 143), run)).toEqual({ outcome: 'passed' });
  });
});

describe('a task that was stopped from outside', () => {
  const byItself: readonly string[] = [TaskStopCode.ESSENTIAL_CONTAINER_EXITED, TaskStopCode.TASK_FAILED_TO_START];
  const codes = Object.values(TaskStopCode).filter((code) => !byItself.includes(code));

  test.each(codes)('says nothing by the exit code of its container: %s', (stopCode) => {
    const task = { ...ended(137, 137), stopCode, stoppedReason: 'stopped' };
    const alone = { ...task, containers: task.containers.slice(0, 1) };

    expect(judgeTask(alone, run)).toMatchObject({ outcome: 'unknown' });
  });
});
