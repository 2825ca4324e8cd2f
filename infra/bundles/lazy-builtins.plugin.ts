import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Loads the modules of Node.js by `process.getBuiltinModule`. An ES import of one reads every name that it exports:
 * for `node:http` that loads undici, which no function uses and which costs 26 ms of a cold start.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: path.replace(/^node:/, ''),
      namespace: 'builtin',
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      loader: 'js',
    }));
  },
};
