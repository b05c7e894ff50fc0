#!/usr/bin/env node
// --version is answered here, before anything else is loaded: scripts ask for it often.
import { readFileSync } from 'node:fs';

const argv = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  let program;
  try {
    program = await import('../dist/main.js');
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('main.js')) throw error;
    process.stderr.write('dpm-prep is not built yet. Run: npm run build\n');
    process.exitCode = 1;
  }
  await program?.main(argv, version);
}
