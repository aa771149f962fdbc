/** Resolve workspace packages to their TypeScript source, so tests need no build. */
export const sourceConditions = ['@nopage/source', 'node', 'development|production'];
