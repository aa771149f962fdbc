import { sourceHash } from '@nopage/fault';
import { Reporter, type Policy, type Reportable } from '@nopage/reporter';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundedPolicy } from '../src/policy/bounded-policy.js';
import { interruptible } from '../src/policy/interruptible.js';
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

describe('a policy in a file', () => {
  const storm = Array.from({ length: 60 }, (_, at) => ({ v: 1, kind: 'page-allocation-failure', at: at / 10, site: 'noisy', order: 0 }));
  const events = (): string => file('events.jsonl', storm.map((event) => `${JSON.stringify(event)}\n`).join(''));

  it.each<[string, string, RegExp]>([
    ['typo.ts', 'export default {\n  vote: (event: {): => null,\n};\n', /typo\.ts: line 2, column 17: Unexpected token/],
    ['throws.mjs', "const text = 'no database';\nthrow new Error(text);\n", /throws\.mjs: line 2, column 7: no database/],
    ['init.mjs', "export default { name: 'x', codes: [], vote() {},\n  init() { throw new Error('no state'); } };\n", /init\.mjs: line 2, column 18: no state/],
    ['stranger.ts', "import 'no-such-package';\nexport default 1;\n", /stranger\.ts: Cannot find (?:module|package) 'no-such-package'/],
    ['part.mjs', "export default { name: 'x', codes: [], init() {} };\n", /part\.mjs: \$\.vote: is missing/],
    ['limit.mjs', "export default { policy: { name: 'x', codes: [], init() {}, vote() {} }, maxSilence: 'soon' };\n", /limit\.mjs: \$\.maxSilence: "soon" is no duration/],
    ['proven.json', '{ "use": "proven",\n  "report": "none.json" }\n', /proven\.json: line 2, column 13, \$\.report: "none\.json" can't be read/],
    ['later.mjs', 'export default Promise.resolve({});\n', /later\.mjs: \$: is a promise; export what it resolves to/],
    ['never.mjs', 'export default { then() {} };\n', /never\.mjs: \$: is a promise/],
    ['factory.mjs', 'export default () => null;\n', /factory\.mjs: \$: is a function; export what it returns/],
    ['named.mjs', 'export const policy = 1;\n', /named\.mjs: has no default export/],
  ])('%s: an error that points at the place, exit 2', async (name, content, message) => {
    const { code, stderr } = await nopage(['policy', 'replay', '--policy', file(name, content), events()]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('a name that is no preset gets the nearest one that is', async () => {
    const { code, stderr } = await nopage(['policy', 'replay', '--policy', 'recomended', events()]);
    expect(stderr).toContain('did you mean recommended?');
    expect(code).toBe(2);
  });

  it.each<[string, string, RegExp]>([
    ['throw', "vote() { throw new Error('boom'); }", /throw\.mjs: x threw Error: boom \(120 times\)/],
    ['nothing', 'vote() {}', /nothing\.mjs: x returned undefined, which is no vote \(120 times\)/],
    ['grow', "vote(event, view, state) { for (let i = 0; i < 5000; i++) state.push(i); return { verdict: 'suppress', code: 'x', why: '' }; }", /grow\.mjs: the state of policy x grew beyond 200000 entries/],
  ])('what is wrong with votes is said beside the table: %s', async (name, vote, message) => {
    const module = file(`${name}.mjs`, `export default { name: 'x', codes: ['x'], init: () => [], ${vote} };\n`);
    const { code, stdout, stderr } = await nopage(['policy', 'replay', '--json', '--policy', module, events(), events()]);
    expect(stderr).toMatch(message);
    expect(lines(stdout)).toMatchObject([{ events: 120 }]);
    expect(code).toBe(0);
  });

  it('a policy that never returns is stopped, and said to be the reason', () => {
    expect(() => interruptible('mine.mjs', 0.05, () => { for (;;); })).toThrow(/^mine\.mjs: has not come back after 0\.05 s/);
    expect(interruptible('mine.mjs', 60, () => 7)).toBe(7);
  });

  it('a vote that never comes back is stopped in a run that goes on: its event is voted on by recommended, as are all later ones', () => {
    const complaints: string[] = [];
    let asked = 0;
    const looping: Policy = { name: 'looping', codes: ['x'], init: () => null, vote: () => { asked++; for (;;); } };
    const policy = boundedPolicy(looping, 0.05, (text) => complaints.push(text));
    const reporter = new Reporter<Reportable>({ policy: policy, sink: { write: () => true } });
    const codes = [0, 1, 2].map((at) => reporter.report({ at, site: 'a' }).code);
    expect(codes).toEqual(['rare/new', 'sum/waiting', 'sum/waiting']);
    expect(asked).toBe(1);
    expect(complaints).toEqual(['a vote of policy looping has not come back after 0.05 s: recommended votes from now on']);
  });

  it('and one that comes back, or throws, is heard as it is', () => {
    const vote = { verdict: 'emit', code: 'x', why: 'why' } as const;
    const policy = boundedPolicy({ name: 'mine', codes: ['x'], init: () => 7, vote: (event, _view, state) => { if (event.site === 'bad') throw new Error(`boom ${String(state)}`); return vote; } }, 5, () => undefined);
    const reporter = new Reporter<Reportable>({ policy: policy, sink: { write: () => true } });
    expect(reporter.report({ at: 0, site: 'a' })).toBe(vote);
    expect(reporter.report({ at: 0, site: 'bad' }).why).toBe('mine threw Error: boom 7');
  });

  it('a module may import @nopage/reporter that is installed nowhere near it', async () => {
    const content = "import { onPowersOfTwo } from '@nopage/reporter';\nexport default onPowersOfTwo();\n";
    const { stdout } = await nopage(['policy', 'replay', '--json', ...['near.mjs', 'near.ts'].flatMap((name) => ['--policy', file(name, content)]), events()]);
    expect(lines(stdout).map(({ events: seen }) => seen)).toEqual([60, 60]);
  });

  it('proven holds back a site whose swept source is unchanged, and tells it once it is', async () => {
    const source = file('driver.js', 'const driver = 1;\n');
    const site = `driver (${source}:1)`;
    const text = storm.map((event) => JSON.stringify({ ...event, site })).join('\n');
    file('evidence.json', JSON.stringify({ sites: [{ site, sourceHash: sourceHash('const driver = 1;\n'), survived: true, cases: 3 }] }));
    const config = file('swept.json', '{ "use": "proven", "report": "evidence.json" }');
    const told = async (): Promise<unknown[]> => lines((await nopage(['policy', 'replay', '--policy', config, '--json'], { stdin: text })).stdout).map((row) => row['told']);
    expect(await told()).toEqual([0]);
    file('driver.js', 'const driver = 2;\n');
    expect(await told()).toEqual([60]);
  });
});
