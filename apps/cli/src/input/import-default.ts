import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The default export of a module of the user's, TypeScript included; the module itself when it has none. */
export async function importDefault(path: string): Promise<unknown> {
  const module = extname(path).endsWith('ts') ? await transpiled(path) : ((await import(pathToFileURL(path).href)) as unknown);
  return (module as { readonly default?: unknown }).default ?? module;
}

async function transpiled(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url).import(path);
}
