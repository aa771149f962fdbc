import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a module of the user's may import without having installed it. */
const OURS = '@nopage/reporter';

/**
 * The default export of a module of the user's, TypeScript included. It comes in a box: an export that is a promise, or
 * looks like one, would be waited for.
 *
 * @throws Whatever loading it throws; an Error when it has no default export, or waits for what never comes.
 */
export async function importDefault(path: string): Promise<{ readonly value: unknown }> {
  const module = await unlessStuck(extname(path).endsWith('ts') ? transpiled(path) : native(path));
  if (typeof module !== 'object' || module === null || !('default' in module)) throw new Error('has no default export');
  return { value: module.default };
}

/** With nothing left to do, Node would end the process in the middle of the load, without a word. */
async function unlessStuck<T>(load: Promise<T>): Promise<T> {
  let onIdle = (): void => undefined;
  const stuck = new Promise<never>((_resolve, reject) => {
    onIdle = () => reject(new Error('never finishes loading: it waits for something that does not come'));
  });
  process.once('beforeExit', onIdle);
  try {
    return await Promise.race([load, stuck]);
  } finally {
    process.off('beforeExit', onIdle);
  }
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
