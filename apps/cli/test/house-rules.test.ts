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

  it.each(['bash', 'zsh', 'fish'])('completions for %s name every command', async (shell) => {
    const { code, stdout } = await nopage(['completions', shell]);
    expect(code).toBe(0);
    for (const command of ['explain', 'decode', 'completions']) expect(stdout).toContain(command);
  });

  it('the manual page has every command and exit status', async () => {
    const { code, stdout } = await nopage(['man']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\.TH NOPAGE 1/);
    for (const word of ['.SS nopage explain', '.SS nopage decode', '.B 130']) expect(stdout).toContain(word);
  });
});
