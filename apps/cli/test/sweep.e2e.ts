import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

describe('nopage sweep MODULE', () => {
  it('a module that swallows a failure is named with its site, exit 3', async () => {
    const path = file('swallows.mjs', 'export default function open() {\n  try {\n    return Buffer.alloc(64).length;\n  } catch {\n    return 0;\n  }\n}\n');
    const { code, stdout } = await nopage(['sweep', path, '--json']);
    expect(code).toBe(3);
    expect(lines(stdout)).toMatchObject([{ v: 1, n: 1, then: 'succeed', outcome: 'swallowed' }]);
    expect(String(lines(stdout)[0]?.['site'])).toContain('swallows.mjs:3');
  });

  it('TypeScript is taken as it is; what the module prints is no data', async () => {
    const path = file('typed.ts', 'export default (): number => { console.log("talk"); const size: number = 8; return Buffer.alloc(size).length; };\n');
    const { code, stdout } = await nopage(['sweep', path, '--json']);
    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([{ n: 1, outcome: 'ok' }]);
  });

  it('--junit and --evidence write the same report for others', async () => {
    const path = file('fine.mjs', 'export default () => Buffer.alloc(8).length;\n');
    const [junit, evidence] = [join(folder, 'junit.xml'), join(folder, 'evidence.json')];
    const { code } = await nopage(['sweep', path, '--junit', junit, '--evidence', evidence]);
    expect(code).toBe(0);
    expect(readFileSync(junit, 'utf8')).toMatch(/^<\?xml/);
    expect(JSON.parse(readFileSync(evidence, 'utf8'))).toMatchObject({ v: 1, passed: true, sites: [{ survived: true, cases: 1 }] });
  });

  it('a case that has the process killed, or never ends, is one case; the sweep goes on', async () => {
    const path = file('dies.mjs', `
      const taken = (refused) => { try { return Buffer.alloc(8).length; } catch { return refused(); } };
      export default () => [
        taken(() => process.kill(process.pid, 'SIGKILL')),
        taken(() => { for (;;); }),
        taken(() => { throw new TypeError('own'); }),
      ].length;
    `);
    const { code, stdout } = await nopage(['sweep', path, '--limit', '300', '--json']);
    expect(code).toBe(3);
    expect(lines(stdout)).toMatchObject([
      { n: 1, outcome: 'threw', detail: 'had its process killed by SIGKILL', request: { api: 'Buffer.alloc', bytes: 8 } },
      { n: 2, outcome: 'hung' },
      { n: 3, outcome: 'threw', detail: 'TypeError: own' },
    ]);
    expect(lines(stdout).every(({ site, stack }) => String(site).includes('dies.mjs:2') && String(stack).includes('dies.mjs:2'))).toBe(true);
  });

  it.each([
    ['that exports no function', 'export default 7;', 2, 'no function'],
    ['that cannot be loaded', 'throw new Error("at load");', 2, 'cannot be loaded: Error: at load'],
    ['that never allocates', 'export default () => 7;', 2, 'never asked for memory'],
    ['that throws', 'export default () => { Buffer.alloc(1); throw new Error("own"); };', 3, 'threw Error: own'],
    ['that exits', 'export default () => { Buffer.alloc(1); process.exit(0); };', 3, 'process.exit(0)'],
    ['that is killed', 'export default () => { Buffer.alloc(1); process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1000); return new Promise(() => {}); };', 3, 'killed by SIGTERM'],
    ['that never ends', 'export default () => { Buffer.alloc(1); return new Promise(() => {}); };', 3, 'did not end within 300 ms'],
    ['that never gives up', 'export default () => { for (;;) Buffer.alloc(1); };', 3, 'did not stop'],
    ['that hangs without a turn', 'export default () => { Buffer.alloc(1); for (;;); };', 3, 'gave the event loop no turn'],
  ])('a module %s is not swept, and said plainly', async (_what, text, exit, says) => {
    const { code, stdout, stderr } = await nopage(['sweep', file('bad.mjs', text), '--limit', '300']);
    expect(code).toBe(exit);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n.*at /);
    expect(stdout).toBe('');
  });
});

describe('nopage sweep -- COMMAND', () => {
  it.each([
    ['that exits with 1', 'Buffer.alloc(1); process.exit(1);', 3, 'exit code 1'],
    ['that is killed', 'Buffer.alloc(1); process.kill(process.pid, "SIGKILL");', 3, 'killed by SIGKILL'],
    ['that never ends', 'Buffer.alloc(1); setInterval(() => {}, 1000);', 3, 'did not end within 1500 ms'],
    ['that never allocates', 'console.log(1);', 2, 'asked for memory'],
  ])('a program %s is not swept, and said plainly', async (_what, text, exit, says) => {
    const { code, stdout, stderr } = await nopage(['sweep', '--limit', '1500', '--', process.execPath, file('bad.mjs', text)]);
    expect(code).toBe(exit);
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
  });

  it.each([
    ['no such program', ['sweep', '--', '/nowhere/program'], 'cannot be started'],
    ['a scenario beside a command', ['sweep', 'churn', '--', 'true'], "all of a command stands behind '--': nopage sweep -- churn true"],
    ['nothing behind --', ['sweep', '--'], 'what is to be swept?'],
    ['an unknown adapter', ['sweep', '--adapters', 'bufer', '--', 'true'], 'adapters: given "bufer"'],
    ['a program that is no Node', ['sweep', '--', 'true'], 'no Node process'],
  ])('%s: exit 2', async (_what, args, says) => {
    const { code, stderr } = await nopage(args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  it('how to see a case again is a line for the shell, and not repeated there', async () => {
    const command = ['--', process.execPath, '-e', "try { Buffer.alloc(1) } catch { console.log('x') }"];
    expect((await nopage(['sweep', ...command])).stdout).toContain(`again:  nopage sweep --replay N -- ${process.execPath} -e 'try { Buffer.alloc(1) } catch { console.log('\\''x'\\'') }'\n`);
    expect((await nopage(['sweep', '--replay', '1', ...command])).stdout).not.toContain('again:');
  });

  it('Ctrl-C ends the program with all its processes and shows the cases so far, exit 130', async () => {
    const path = file('slow.mjs', `
      import { spawn } from 'node:child_process';
      try { Buffer.alloc(1); } catch { console.log('refused'); }
      try { Buffer.alloc(2); } catch { spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'left-by-sweep'], { stdio: 'ignore', env: {} }); setInterval(() => {}, 1000); }
    `);
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
    const child = spawn(process.execPath, [main, 'sweep', '--', process.execPath, path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, talk] = ['', ''];
    child.stdout.on('data', (chunk) => { out += String(chunk); });
    child.stderr.on('data', (chunk) => { talk += String(chunk); });
    // The second case hangs, with a process of its own: that is when it is interrupted.
    const running = (): string[] => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes('left-by-sweep'));
    while (running().length === 0) await new Promise((resolve) => { setTimeout(resolve, 20); });
    child.kill('SIGINT');
    const code = await new Promise((resolve) => { child.on('exit', resolve); });
    expect(code).toBe(130);
    expect(out).toContain('2 requests, 1 case: 1 swallowed; stopped after 1 of 2 cases');
    expect(talk).toContain('stopped after 1 of 2 cases');
    while (running().length > 0) await new Promise((resolve) => { setTimeout(resolve, 20); });
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
