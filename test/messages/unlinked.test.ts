import { describe, expect, test } from '@jest/globals';
import { unlinked } from '../../lib/messages/plain.ts';

describe('unlinked', () => {
  test.each([
    ['see https://evil.example/approve?x=1', 'see https[:]//evil[.]example/approve?x=1'],
    ['HTTP://EVIL.EXAMPLE', 'HTTP[:]//EVIL.EXAMPLE'],
    ['www.evil.example', 'www[.]evil.example'],
    ['evil.example/approve', 'evil[.]example/approve'],
    ['_a.evil.example:8443/', '_a.evil[.]example:8443/'],
    ['mailto:ana@example.com', 'mailto[:]ana@example.com'],
    ['javascript:alert(1)', 'javascript[:]alert(1)'],
  ])('%s', (text, expected) => {
    expect(unlinked(text)).toBe(expected);
  });

  test.each([
    's3://sluice-production-evidence/rollouts/web/x/evidence.json',
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:412',
    'timeouts.calendar, 1.2.3, web.yml, ana@example.com',
  ])('%s stays as it is', (text) => {
    expect(unlinked(text)).toBe(text);
  });
});
