import { fourTests } from './four-tests.ts';

const spec = { verify: { health: { ready: { path: '/ready' } }, requests: [{ name: 'home', path: '/' }] } };
const answering = (statusOf: (path: string) => number) => ({
  probe: {
    get: (url: string) => Promise.resolve({ status: statusOf(new URL(url).pathname), milliseconds: 3 }),
  },
});

fourTests('requests', {
  passes: [
    { when: 'all are answered', spec, world: answering(() => 200), saw: 'all 2 answered as expected' },
    { when: 'the spec has none', skipped: true, saw: '`verify` has neither `health` nor `requests`' },
  ],
  fails: [
    {
      when: 'one is not answered as expected',
      spec,
      world: answering((path) => (path === '/' ? 500 : 200)),
      saw: 'home: status 500, expected 200 to 299',
    },
  ],
});
