import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';

/** Sources outside the rooms of drivers, by their paths. */
const sources = globSync(['lib/**/*.ts', 'functions/**/*.ts'])
  .map((path) => path.split(sep).join('/'))
  .filter((path) => !path.startsWith('lib/drivers/'));

/** Lines that break the rule, as `path:line`. */
function linesWith(pattern: RegExp): readonly string[] {
  return sources.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${String(index + 1)} ${line.trim()}`] : [])),
  );
}

describe('outside the rooms of drivers', () => {
  test('there are sources to search', () => {
    expect(sources.length).toBeGreaterThan(300);
  });

  test('nothing reads the fields that a driver brings to a spec', () => {
    const read =
      /\bspec\??\.(?:slots|traffic)\b|\{[^}]*\b(?:slots|traffic)\b[^}]*\}(?:: (?:Pick<)?RolloutSpec| = [\w.]*spec\b)/;

    expect(linesWith(read)).toEqual([]);
  });

  // `lint` and the documentation read what drivers say of themselves, all others ask for what they need.
  test('nothing tells one driver from another by its name', () => {
    expect(linesWith(/\bdriver (?:=|!)== '|driverName|case 'slots'/)).toEqual([]);
  });

  test('nothing knows the forms in which a load balancer describes its rules', () => {
    const form =
      /\b(?:ForwardConfig|TargetGroupArn|TargetGroups|TargetGroupStickinessConfig|Authenticate(?:Oidc|Cognito)Config|RuleArns?|DefaultActions)\b|['"]forward['"]|\bType['"]?\] ===/;

    expect(linesWith(form)).toEqual([]);
  });
});
