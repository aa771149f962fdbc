import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

describe('house rules', () => {
  it('without arguments, help goes to stderr and the exit is 2', async () => {
    const { code, stdout, stderr } = await nopage([]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Examples:\n {2}\$ dmesg \| nopage explain/);
  });

  it('--help starts with examples, on stdout, and exits 0', async () => {
    const { code, stdout } = await nopage(['--help']);
    expect(code).toBe(0);
    expect(stdout.startsWith('Examples:\n')).toBe(true);
  });

  it.each(['explain', 'decode', 'completions'])('%s --help starts with examples', async (command) => {
    const { code, stdout } = await nopage([command, '--help']);
    expect(code).toBe(0);
    expect(stdout.startsWith('Examples:\n')).toBe(true);
  });

  it('an unknown command gets a suggestion and exit 2', async () => {
    const { code, stderr } = await nopage(['explian']);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean explain?");
  });

  it('an unknown option gets a suggestion and exit 2, said by nopage as everything else', async () => {
    const { code, stderr } = await nopage(['explain', '--jsn']);
    expect(code).toBe(2);
    expect(stderr).toBe("nopage: unknown option '--jsn'\n(Did you mean --json?)\n");
  });

  it.each(['explain', 'decode', 'replay', 'policy replay --policy recommended', 'watch --source - --listen off'])('%s on a terminal with nothing to read shows its help and exits 2', async (words) => {
    const [command, ...rest] = words.split(' ');
    const { code, stdout, stderr } = await nopage([command ?? '', ...rest], { terminal: true });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Examples:\n/);
    expect(stderr).toContain(`Usage: nopage ${command ?? ''}`);
    expect(stderr).toMatch(/nopage: nothing to read: standard input is a terminal\n$/);
  });

  it('a colour choice that does not exist is a usage error', async () => {
    const { code, stderr } = await nopage(['--color', 'sometimes', 'decode', '0x20']);
    expect(code).toBe(2);
    expect(stderr).toContain("'sometimes'");
  });

  it.each([
    ['a pipe, as they are', false, 'e\u001b]0;x\u0007il\b', '/no/\u001bc'],
    ['a terminal, as dmesg writes them', true, String.raw`e\x1b]0;x\x07il\x08`, String.raw`/no/\x1bc`],
  ])('control characters of a process or file name reach %s', async (_where, screen, comm, file) => {
    const stdin = 'e\u001b]0;x\u0007il\b: page allocation failure: order:1, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0\n';
    const { stdout, stderr } = await nopage(['explain', '--format', 'kernel', '-', '/no/\u001bc'], { stdin, screen, env: { TERM: 'xterm' } });
    expect(stdout.split(':')[0]).toBe(comm);
    expect(stderr).toBe(`nopage: ${file}: no such file\n`);
  });

  it('words that are no command, and colours that are not ours, are shown on a terminal, too', async () => {
    expect((await nopage(['e\u001b[8mx'], { screen: true })).stderr).toBe(String.raw`nopage: unknown command 'e\x1b[8mx'` + '\n');
  });

  it('colours reach a terminal', async () => {
    const { stdout } = await nopage(['decode', '0xcc0', '0x820', '--kernel', '6.8'], { screen: true, env: { TERM: 'xterm' } });
    expect(stdout).toContain('\u001b[1m0xcc0\u001b[22m');
  });

  it.each(['bash', 'zsh', 'fish'])('completions for %s name every command', async (shell) => {
    const { code, stdout } = await nopage(['completions', shell]);
    expect(code).toBe(0);
    for (const command of ['explain', 'decode', 'completions']) expect(stdout).toContain(command);
  });

  it.each([
    ['nopage expl', 'explain'],
    ['nopage explain --f', '--format --fail-on --follow'],
    ['nopage explain --format k', 'kernel'],
    ['nopage policy ex', 'explain'],
    ['nopage policy replay --policy rec', 'recommended'],
    ['nopage run jumbo', 'jumbo-frames'],
    ['nopage explain kern', ''],
  ])('bash completes "%s" to "%s"; where it has nothing, a file stands', async (line, words) => {
    const { stdout: script } = await nopage(['completions', 'bash']);
    const { stdout } = spawnSync('bash', ['-c', `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _nopage; echo "\${COMPREPLY[*]}"`], { encoding: 'utf8' });
    expect(stdout).toBe(`${words}\n`);
  });

  it('help fits a terminal of 80 columns', async () => {
    for (const command of ['explain', 'decode', 'check', 'frag', 'watch', 'run', 'replay', 'sweep', 'policy', 'demo']) {
      const { stdout } = await nopage([command, '--help']);
      const [, text = ''] = stdout.split('Usage:');
      expect(Math.max(...text.split('\n').map(({ length }) => length)), command).toBeLessThanOrEqual(80);
    }
  });

  it('the manual page has every command and exit status, what arguments mean and what options may be', async () => {
    const { code, stdout } = await nopage(['man']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\.TH NOPAGE 1/);
    for (const word of ['.SS nopage explain', '.SS nopage decode', '.B 130', '.I files\nkernel logs, plain or gzip', '(choices: "watch", "act")']) expect(stdout).toContain(word);
    expect(stdout).not.toMatch(/[^\n -~]/);
  });
});
