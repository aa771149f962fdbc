import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a module of the user's may import without having installed it. */
const OURS = '@nopage/reporter';

/** The default export of a module of the user's, TypeScript included; the module itself when it has none. */
export async function importDefault(path: string): Promise<unknown> {
  const module = extname(path).endsWith('ts') ? await transpiled(path) : await native(path);
  return (module as { readonly default?: unknown }).default ?? module;
}

async function native(path: string): Promise<unknown> {
  try {
    return (await import(pathToFileURL(path).href)) as unknown;
  } catch (error) {
    // The transpiler knows where our package is, and tells the place of what is no JavaScript.
    if (error instanceof SyntaxError || (error instanceof Error && error.message.includes(`'${OURS}'`))) return await transpiled(path);
    throw error;
  }
}

async function transpiled(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, { alias: { [OURS]: fileURLToPath(import.meta.resolve(OURS)) } }).import(path);
}
