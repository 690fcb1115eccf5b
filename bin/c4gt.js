#!/usr/bin/env node
// `c4gt` where it is installed as a package: Node strips no types below node_modules, so this does.
// https://nodejs.org/api/typescript.html#type-stripping-in-dependencies
import { readFileSync } from 'node:fs';
import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(`c4gt needs Node ${NEEDED} or later; this is Node ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  if (import.meta.url.includes('/node_modules/')) stripTypesOf(new URL('../', import.meta.url).href);
  await import('../src/cli.ts');
}

/** @param {string} root address of the package, whose own files alone are meant */
function stripTypesOf(root) {
  const { emitWarning } = process;
  // Its first use says that it is experimental, which is nothing that whoever checks rules could do anything about.
  process.emitWarning = () => undefined;
  modules.stripTypeScriptTypes('');
  process.emitWarning = emitWarning;
  modules.registerHooks({
    load(url, context, nextLoad) {
      const isOurs = url.startsWith(root) && url.endsWith('.ts') && !url.slice(root.length).includes('node_modules/');
      if (!isOurs) return nextLoad(url, context);
      const source = modules.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', shortCircuit: true, source };
    },
  });
}
