/**
 * What is wrong with a module of the user's that can't be loaded, in one line that begins with the place in it where that
 * is known: `line 3, column 17: Unexpected token`.
 */
export function placeInModule(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `throws ${String(error)}`;
  const { message, stack = '' } = error;
  const [first = ''] = message.split('\n');
  const says = first.replace(/^ParseError: /, '').trim();
  // The place of an import that is not found is one in what the transpiler made of the file.
  if ('code' in error && String(error.code).endsWith('MODULE_NOT_FOUND')) return says;
  const [, line, column] = new RegExp(`${escaped(path)}:(\\d+):(\\d+)`).exec(stack) ?? [];
  return line === undefined || column === undefined ? says : `line ${line}, column ${column}: ${says}`;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
