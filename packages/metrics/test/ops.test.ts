import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.js';

const ops = new URL('../ops/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ops), 'utf8');

const names = new Set(families().map(({ name }) => name));
const labels = new Set(['job', 'instance', ...families().flatMap((family) => family.labels)]);
const rules = read('nopage.rules.yml');
const recorded = new Set([...rules.matchAll(/- record: (\S+)/g)].map((match) => match[1]!));
const alerts = [...rules.matchAll(/- alert: (\S+)/g)].map((match) => match[1]!);

/** Every metric in a text that is ours by its name. */
const metricsIn = (text: string): string[] => [...new Set(text.match(/\bnopage[:_][a-z0-9_:]+\b/g) ?? [])];
const known = (name: string): boolean => names.has(name) || recorded.has(name);

interface Target { readonly expr: string; readonly refId: string; readonly legendFormat: string }
interface Panel {
  readonly id: number; readonly type: string; readonly title: string; readonly description?: string; readonly targets?: readonly Target[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Dashboard {
  readonly title: string; readonly uid: string; readonly schemaVersion: number; readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[] };
}
const dashboard = JSON.parse(read('nopage.dashboard.json')) as Dashboard;

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

describe('dashboard', () => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it('has what Grafana needs to import it', () => {
    expect(dashboard).toMatchObject({ title: 'nopage', uid: 'nopage', schemaVersion: 38 });
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { targets = [] } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  it('fits its grid: 24 wide, no panel over another', () => {
    const taken = new Set<string>();
    for (const { title, gridPos: { x, y, w, h } } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          expect(taken.has(`${column},${line}`), `${title} at ${column},${line}`).toBe(false);
          taken.add(`${column},${line}`);
        }
      }
    }
  });

  it.each(panels.map((panel) => [panel.title, panel] as const))('%s asks for metrics and labels that there are', (_title, { targets = [] }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr, legendFormat } of targets) {
      expect(metricsIn(expr).length).toBeGreaterThan(0);
      expect(metricsIn(expr).filter((name) => !known(name))).toEqual([]);
      const used = [...expr.matchAll(/([a-z_]+)\s*(?:=~|=|!=)\s*"/g), ...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!);
      expect(used.filter((label) => !labels.has(label))).toEqual([]);
    }
  });

  it('uses only variables that it declares', () => {
    const declared = dashboard.templating.list.map(({ name }) => name);
    const used = new Set([...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)/g)].map((match) => match[1]!));
    expect([...used].filter((name) => !declared.includes(name))).toEqual([]);
    expect(metricsIn(JSON.stringify(dashboard.templating)).filter((name) => !known(name))).toEqual([]);
  });
});
