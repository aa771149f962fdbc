import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { refused } from './build.js';

const why = (detail: FailureEvent['detail'], pageBytes: number | null = 4096): string => explain({ ...refused({ kind: 'oom-kill', kernel: '6.1.0', detail }), pageBytes }).why.join('\n');

describe('whom a kill\'s list of tasks shows to hold most', () => {
  const workers = { mostHeldBy: 'php-fpm', mostHeldProcesses: 212, mostHeldPages: 3_407_872, victim: 'mysqld' };

  it('is all processes of one name together', () => {
    expect(why(workers)).toContain('By the list of tasks 212 processes "php-fpm" held most: together up to 13 GiB (memory that they share is counted for each).');
  });

  it('is one process, unless that is who was killed', () => {
    const one = { mostHeldBy: 'java', mostHeldProcesses: 1, mostHeldPages: 262_144 };
    expect(why({ ...one, victim: 'mysqld' })).toContain('By the list of tasks "java" held most: 1 GiB.');
    expect(why({ ...one, victim: 'java' })).not.toContain('held most');
  });

  it('is what the rest of the list shows where its beginning is lost', () => {
    expect(why({ ...workers, taskListCut: true })).toContain('By what is left of the list of tasks 212 processes "php-fpm" held most');
  });

  it('is counted in pages where nothing tells how large they are', () => {
    expect(why(workers, null)).toContain('together up to 3407872 pages');
  });

  it('is told of a full control group, too', () => {
    expect(why({ ...workers, cgroup: '/web' })).toContain('212 processes "php-fpm"');
  });
});

describe('a process that was put before others', () => {
  it.each([[200, true], [0, false], [-900, false]])('by its oom_score_adj of %i: %s', (victimScoreAdj, said) => {
    expect(why({ victim: 'player', victimScoreAdj }).includes('"player" was killed sooner than its size alone would have it')).toBe(said);
  });
});

describe('what a process that was killed held', () => {
  const means = (detail: FailureEvent['detail']): string => explain(refused({ kind: 'oom-kill', comm: 'postgres', detail: { victim: 'postgres', ...detail } })).means;

  it.each([
    [{ victimAnonKb: 538_784, victimFileKb: 1024, victimShmemKb: 4_267_956 }, '"postgres" was killed, which held 526 MiB of its own and 4.1 GiB of files and shared memory.'],
    [{ victimAnonKb: 538_784, victimFileKb: 1024 }, '"postgres" was killed, which held 526 MiB.'],
    [{ victimAnonKb: 0, victimFileKb: 0 }, '"postgres" was killed.'],
  ])('%o', (detail, said) => { expect(means(detail)).toBe(said); });
});
