import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The folder of facts and recordings beside the checkout; tests that need it are skipped where it is absent. */
const root = new URL('../../../../shared/', import.meta.url);

export const hasShared = existsSync(root);

export function sharedText(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

export function sharedBytes(path: string): Buffer {
  return readFileSync(new URL(path, root));
}

export function sharedFiles(folder: string): string[] {
  return readdirSync(new URL(folder, root)).sort();
}

/** An example of `spec/examples.json`. */
export interface Example {
  readonly id: string;
  readonly topic: string;
  readonly versions: string;
  readonly description: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

export function examplesOf(topic: string): Example[] {
  if (!hasShared) return [];
  const all = JSON.parse(sharedText('spec/examples.json')) as { examples: Example[] };
  return all.examples.filter((example) => example.topic === topic);
}
