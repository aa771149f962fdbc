import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.js';

const ops = new URL('../ops/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ops), 'utf8');

const names = new Set(families().map(({ name }) => name));
const rules = read('nopage.rules.yml');
const recorded = new Set([...rules.matchAll(/- record: (\S+)/g)].map((match) => match[1]!));
const alerts = [...rules.matchAll(/- alert: (\S+)/g)].map((match) => match[1]!);

/** Every metric in a text that is ours by its name. */
const metricsIn = (text: string): string[] => [...new Set(text.match(/\bnopage[:_][a-z0-9_:]+\b/g) ?? [])];
const known = (name: string): boolean => names.has(name) || recorded.has(name);

describe('rules', () => {
  it('speak of metrics that there are', () => {
    expect(metricsIn(rules).filter((name) => !known(name))).toEqual([]);
    expect(metricsIn(read('nopage.rules.test.yml')).filter((name) => !known(name))).toEqual([]);
  });

  it('have a test and a runbook page for every alert, and no page for none', () => {
    expect(alerts.length).toBeGreaterThanOrEqual(5);
    for (const alert of alerts) {
      expect(read('nopage.rules.test.yml')).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:`));
      expect(read(`runbooks/${alert}.md`)).toMatch(new RegExp(`^# ${alert}\n`));
      expect(rules).toContain(`runbook: runbooks/${alert}.md`);
    }
    expect(readdirSync(new URL('runbooks/', ops)).sort()).toEqual(alerts.map((alert) => `${alert}.md`).sort());
  });

  it('have runbooks that speak of metrics that there are', () => {
    for (const alert of alerts) expect(metricsIn(read(`runbooks/${alert}.md`)).filter((name) => !known(name) && name !== 'nopage_alloc')).toEqual([]);
  });
});
