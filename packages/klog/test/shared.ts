import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = new URL('../../../../shared/', import.meta.url);

/** Path of a folder of real logs and recordings that lies beside the checkout on some machines only. */
export function sharedPath(path: string): string {
  return fileURLToPath(new URL(path, SHARED));
}

export const hasCorpus = existsSync(sharedPath('corpus/index.json'));
export const hasRecordings = existsSync(sharedPath('kernel/README.md'));

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

export function fixtureText(name: string): string {
  return new TextDecoder().decode(fixture(name));
}

/** A dmesg text without its `[ts] ` prefixes: what the kernel printed. */
export function withoutStamps(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/^\[\s*\d+\.\d+\] ?/, ''));
}
