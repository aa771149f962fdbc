import { existsSync, readFileSync } from 'node:fs';

/** Facts that lie beside a checkout of the whole project; null without them. */
export function sharedText(path: string): string | null {
  const url = new URL(`../../../../shared/${path}`, import.meta.url);
  return existsSync(url) ? readFileSync(url, 'utf8') : null;
}

export interface Example {
  readonly id: string;
  readonly topic: string;
  readonly versions: string;
  readonly description: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Worked examples of one topic. */
export function examples(topic: string): Example[] {
  const text = sharedText('spec/examples.json');
  return text === null ? [] : (JSON.parse(text) as { examples: Example[] }).examples.filter((example) => example.topic === topic);
}
