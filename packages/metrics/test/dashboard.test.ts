import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.js';
import { dashboardErrors } from './dashboard-errors.js';
import type { GrafanaDashboard } from './grafana-types.js';

const read = (file: string): string => readFileSync(new URL(`../ops/${file}`, import.meta.url), 'utf8');
const text = read('nopage.dashboard.json');
// Whether it is one is the first test's question.
const dashboard = JSON.parse(text) as GrafanaDashboard;
const panels = dashboard.panels.filter((panel) => panel.type !== 'row');

const names = new Set([...families().map(({ name }) => name), ...[...read('nopage.rules.yml').matchAll(/- record: (\S+)/g)].map((match) => match[1]!)]);
const labels = new Set(['job', 'instance', ...families().flatMap((family) => family.labels)]);
const metricsIn = (part: string): string[] => [...new Set(part.match(/\bnopage[:_][a-z0-9_:]+\b/g) ?? [])];

/** A dashboard with one thing changed; what is changed is named by its place, `undefined` takes it away. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const copy = JSON.parse(text) as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
  return JSON.stringify(copy);
}

const at = (type: string): number => dashboard.panels.findIndex((panel) => panel.type === type);
const stat = ['panels', at('stat')];
const series = ['panels', at('timeseries')];
const wrong: readonly [what: string, path: readonly (string | number)[], value: unknown][] = [
  ['no schema version', ['schemaVersion'], undefined],
  ['a title that is a number', ['title'], 1],
  ['a field that no dashboard has', ['refreshEvery'], '30s'],
  ['a tooltip of a fourth kind', ['graphTooltip'], 3],
  ['a variable of an unknown type', ['templating', 'list', 0, 'type'], 'datasources'],
  ['a variable without a name', ['templating', 'list', 1, 'name'], undefined],
  ['a panel of a plugin that is not used', [...stat, 'type'], 'graph'],
  ['a panel without a place', [...stat, 'gridPos'], undefined],
  ['a place without a width', [...series, 'gridPos'], { x: 0, y: 0, h: 1 }],
  ['an option of another plugin', [...stat, 'options', 'legend'], { showLegend: true }],
  ['an option with a value that it does not take', [...stat, 'options', 'colorMode'], 'rainbow'],
  ['an option misspelt', [...series, 'options', 'tooltip', 'mod'], 'multi'],
  ['a legend without its calculations', [...series, 'options', 'legend', 'calcs'], undefined],
  ['a style that is none', [...series, 'fieldConfig', 'defaults', 'custom', 'drawStyle'], 'wavy'],
  ['a width in words', [...series, 'fieldConfig', 'defaults', 'custom', 'lineWidth'], 'thin'],
  ['a query without its expression', [...series, 'targets', 0, 'expr'], undefined],
  ['a query with a field that Prometheus has not', [...series, 'targets', 0, 'query'], 'up'],
  ['a data source as a name', [...series, 'datasource'], 'prometheus'],
];

describe('dashboard', () => {
  it('is one by Grafana’s published types, which see every field that is wrong', () => {
    const [whole, ...others] = dashboardErrors([text, ...wrong.map(([, path, value]) => changed(path, value))]);
    expect(whole).toEqual([]);
    expect(wrong.filter((_, n) => others[n]!.length === 0).map(([what]) => what)).toEqual([]);
  });

  it('names each panel, and each query of a panel, once', () => {
    expect(dashboard).toMatchObject({ title: 'nopage', uid: 'nopage' });
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { targets } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  it('fits its grid: 24 wide, no panel over another', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      const { x, y, w, h } = gridPos!;
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          expect(taken.has(`${column},${line}`), `${title} at ${column},${line}`).toBe(false);
          taken.add(`${column},${line}`);
        }
      }
    }
  });

  it.each(panels.map((panel) => [panel.title, panel] as const))('%s asks for metrics and labels that there are', (_title, { targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr, legendFormat } of targets) {
      expect(metricsIn(expr).length).toBeGreaterThan(0);
      expect(metricsIn(expr).filter((name) => !names.has(name))).toEqual([]);
      const used = [...expr.matchAll(/([a-z_]+)\s*(?:=~|=|!=)\s*"/g), ...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!);
      expect(used.filter((label) => !labels.has(label))).toEqual([]);
    }
  });

  it('tells machines apart wherever it does not add them up', () => {
    for (const { expr, legendFormat } of panels.flatMap(({ targets }) => targets)) if (!/^(sum|count)\b/.test(expr)) expect(legendFormat).toContain('{{instance}}');
  });

  it('uses only variables that it declares', () => {
    const declared = (dashboard.templating.list ?? []).map(({ name }) => name);
    const used = new Set([...text.matchAll(/\$\{?([a-z]\w*)/g)].map((match) => match[1]!));
    expect([...used].filter((name) => !declared.includes(name))).toEqual([]);
    expect(metricsIn(JSON.stringify(dashboard.templating)).filter((name) => !names.has(name))).toEqual([]);
  });
});
