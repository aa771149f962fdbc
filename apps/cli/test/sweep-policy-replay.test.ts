import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nopage-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const lines = (text: string): Record<string, unknown>[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

describe('nopage sweep', () => {
  it('our own scenarios survive each of their failures', async () => {
    for (const scenario of ['churn', 'network-driver', 'page-cache']) {
      const { code, stdout } = await nopage(['sweep', scenario, '--steps', '40', '--json']);
      expect(lines(stdout).filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
      expect(code).toBe(0);
    }
  });

  it.each([
    ['nothing to sweep', ['sweep'], 2, 'COMMAND'],
    ['a scenario that does not exist', ['sweep', 'nothing'], 2, 'churn'],
    ['a module that is not there', ['sweep', 'nothing.mjs'], 2, 'no such file'],
    ['a selection that can’t be read', ['sweep', 'churn', '--nth', 'some'], 2, 'nth'],
    ['a selection that selects nothing', ['sweep', 'churn', '--steps', '10', '--nth', '9999'], 2, 'none of the'],
    ['a scenario beside itself', ['sweep', 'churn', '--parallel', '2'], 2, '--parallel is for commands'],
    ['a region that is on no stack', ['run', 'churn', '--steps', '2000', '--fault', '1,100,0,1', '--min-order', '0', '--ignore-gfp-wait', 'no', '--require', 'nowhere'], 2, 'requireStart nowhere is on none of the'],
    ['a region that no pattern is', ['run', 'churn', '--fault', '1,100,0,1', '--require', '/(/'], 2, 'expected a pattern that compiles'],
    ['a region without faults', ['run', 'churn', '--reject', 'nowhere'], 2, '--reject has no effect without --fault'],
  ])('%s is said plainly', async (_what, args, exit, says) => {
    const { code, stderr } = await nopage(args);
    expect(code).toBe(exit);
    expect(stderr).toContain(says);
  });
});

describe('nopage policy', () => {
  /** A noisy site ten times a second for a minute, and one failure of another in the middle. */
  const storm = Array.from({ length: 600 }, (_, at) => ({ v: 1, kind: 'page-allocation-failure', at: at / 10, site: at === 305 ? 'rare' : 'noisy', order: 0 }));
  const events = (): string => file('events.jsonl', storm.map((event) => `${JSON.stringify(event)}\n`).join(''));

  it('replay: the kernel’s rule hides the rare site, recommended does not', async () => {
    const { code, stdout } = await nopage(['policy', 'replay', '--policy', 'linux-5.4', '--policy', 'recommended', '--json', events()]);
    expect(code).toBe(0);
    const [kernel, recommended] = lines(stdout);
    expect(kernel).toMatchObject({ policy: 'linux-5.4', events: 600, sitesNeverShown: ['rare'] });
    expect(recommended).toMatchObject({ policy: 'recommended', events: 600, sitesNeverShown: [] });
  });

  it('replay --each: one vote an event', async () => {
    const { stdout } = await nopage(['policy', 'replay', '--policy', 'linux-5.4', '--each', events()]);
    const votes = lines(stdout);
    expect(votes).toHaveLength(600);
    expect(votes[0]).toMatchObject({ seq: 1, verdict: 'emit', suppressedBefore: 0 });
    expect(votes.filter(({ verdict }) => verdict === 'emit')).toHaveLength(6);
    expect(Object.keys(votes[1] ?? {})).toEqual(['seq', 'verdict', 'code', 'suppressedBefore']);
  });

  it('explain prints the tree of votes on one event', async () => {
    const { code, stdout } = await nopage(['policy', 'explain', '--policy', 'recommended', '--seq', '306', events()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/→ emit/);
    expect((await nopage(['policy', 'explain', '--policy', 'recommended', '--seq', '601', events()])).stderr).toContain('there is no event 601');
  });

  it('a policy of one’s own: JSON, a module, TypeScript; an error points at the place', async () => {
    const json = file('mine.json', '{ "use": "rate-limit", "burst": 2, "interval": "10s" }');
    const module = file('mine.mjs', "export default { name: 'loud', codes: ['loud/always'], init: () => ({}), vote: () => ({ verdict: 'emit', code: 'loud/always', why: 'always' }) };");
    const typed = file('mine.ts', "const name: string = 'typed';\nexport default { name, codes: ['typed/never'], init: () => ({}), vote: () => ({ verdict: 'suppress', code: 'typed/never', why: 'never' }) };");
    const { stdout } = await nopage(['policy', 'replay', ...[json, module, typed].flatMap((path) => ['--policy', path]), '--json', events()]);
    expect(lines(stdout).map(({ told }) => told)).toEqual([12, 600, 0]);
    const { code, stderr } = await nopage(['policy', 'replay', '--policy', file('bad.json', '{\n  "use": "rate-limit",\n  "burst": -1,\n  "interval": "10s"\n}'), events()]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/line 3/);
  });

  it('check runs the laws; a policy that breaks one is shown with its counterexample, exit 3', async () => {
    expect((await nopage(['policy', 'check', 'recommended', '--runs', '20'])).code).toBe(0);
    const moody = file('moody.mjs', "let calls = 0;\nexport default { name: 'moody', codes: ['moody/x'], init: () => ({}), vote: () => ({ verdict: calls++ % 3 ? 'emit' : 'suppress', code: 'moody/x', why: '' }) };");
    const { code, stdout } = await nopage(['policy', 'check', moody, '--runs', '20']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/broken {2}determinism/);
  });

  it('lines that are no events are told with their numbers and passed over', async () => {
    const { code, stderr, stdout } = await nopage(['policy', 'replay', '--policy', 'recommended', '--json'], { stdin: `${JSON.stringify(storm[0])}\nnot json\n[1]\n{"x":1}\n` });
    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([{ events: 1 }]);
    for (const number of [2, 3, 4]) expect(stderr).toContain(`standard input: line ${number} skipped`);
    expect(stderr).toContain('3 lines skipped in all');
  });

  it('of a file of another kind the first lines are told, without what stands in them, and that there is no event', async () => {
    const { code, stdout, stderr } = await nopage(['policy', 'replay', '--policy', 'recommended', '--json'], { stdin: '\u001b[31mred\n'.repeat(500) });
    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([{ v: 1, events: 0 }]);
    expect(stderr.split('\n')).toHaveLength(103);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toMatch(/nopage: 500 lines skipped in all\nnopage: no event in what was read\n$/);
  });
});

describe('nopage replay', () => {
  const recorded = fileURLToPath(new URL('../../../packages/recording/test/fixtures/a02-tiny50-64M.txt.gz', import.meta.url));

  it('a recording that comes out as recorded: all match, exit 0', async () => {
    const { code, stdout } = await nopage(['replay', '--events', '--json', recorded]);
    expect(code).toBe(0);
    const [report] = lines(stdout);
    expect(report).toMatchObject({ v: 1, trace: recorded, release: '6.12.117-pagealloc-A', profile: 'linux-6.12', decisions: 0, firstMismatch: null });
    expect(report?.['matched']).toBe(report?.['ops']);
    expect(report?.['statesMatched']).toBe(report?.['states']);
  });

  it('a frame that was not handed out: exit 3, with operation, line, expected and got', async () => {
    const text = gunzipSync(readFileSync(recorded)).toString('latin1');
    const changed = text.replace(/^(A \d+ \d+ 0 .*= )([0-9a-f]+)$/m, (_all, head: string, pfn: string) => `${head}${(Number.parseInt(pfn, 16) ^ 1).toString(16)}`);
    const { code, stdout } = await nopage(['replay'], { stdin: changed });
    expect(code).toBe(3);
    expect(stdout).toMatch(/mismatch/);
    expect(stdout).toMatch(/line \d+, A /);
    expect(stdout).toMatch(/expected .*\n.*got /);
  });

  it('where others used the allocator, a match in part says what was left out', async () => {
    const text = gunzipSync(readFileSync(recorded)).toString('latin1');
    const { code, stdout } = await nopage(['replay'], { stdin: text.replace(/^(A 33 .*) = /m, '$1 !K0:0 = ') });
    expect(code).toBe(0);
    expect(stdout).toBe('match in part  -  linux-6.12: 34 of 34 operations, 1 of 1 states; left out 18 operations and 1 states, where others used the allocator\n');
  });

  it('a file that cannot be read does not keep the next from being replayed', async () => {
    const { code, stdout, stderr } = await nopage(['replay', '/nowhere/trace.txt', recorded]);
    expect(code).toBe(1);
    expect(stderr).toContain('/nowhere/trace.txt: no such file');
    expect(stdout).toMatch(/^all match /);
  });

  it('compressed bytes cut short: the line up to which they came', async () => {
    const { code, stderr } = await nopage(['replay'], { stdin: readFileSync(recorded).subarray(0, 2000) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^nopage: -: line \d+: the recording can't be read any further: damaged gzip data/);
  });

  it('bytes behind the compressed ones: the file that has them', async () => {
    const { code, stderr } = await nopage(['replay'], { stdin: Buffer.concat([readFileSync(recorded), Buffer.from('more')]) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^nopage: -: .*damaged gzip data/);
  });

  it('interrupted: what was replayed so far is summed up, exit 130', async () => {
    const ended = await nopage(['replay', recorded, '/nowhere'], { interrupted: AbortSignal.abort() });
    expect(ended).toMatchObject({ code: 130, stdout: expect.stringMatching(/^interrupted {2}.*: 0 of 0 operations/) as string, stderr: '' });
    const { code, stdout } = await nopage(['replay', '--json'], { stdin: readFileSync(recorded), interrupted: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(lines(stdout)).toMatchObject([{ interrupted: true, firstMismatch: null }]);
  });

  it('a recording of which nothing could be compared does not count as a match', async () => {
    const text = gunzipSync(readFileSync(recorded)).toString('latin1');
    const { code, stdout } = await nopage(['replay'], { stdin: text.replace(/^S rec 0\n/gm, '').replace(/^[AF] \d.*\n/gm, '').replace(/^STATE (?!init)[^]*?^END\n/gm, '') });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nothing compared {2}-/);
  });

  it.each([
    ['cut', (text: string) => text.slice(0, text.length / 2)],
    ['noise', () => 'not a recording\n'.repeat(10)],
    ['nothing', () => ''],
  ])('%s: a sentence and exit 1', async (_what, damage) => {
    const text = gunzipSync(readFileSync(recorded)).toString('latin1');
    const { code, stderr } = await nopage(['replay'], { stdin: damage(text) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^nopage: -: /);
  });
});
