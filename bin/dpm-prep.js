#!/usr/bin/env node
// CommonJS, and --version answered here before anything else is loaded: scripts ask for it often.
const argv = process.argv.slice(2);

if (argv[0] === '--keep') {
  // Before any import: the keeper of a running tool (src/machine/keeper) needs nothing of the rest.
  require('../dist/keeper.js');
} else if (argv[0] === '--practice-tool') {
  require('../dist/practice.js');
} else {
  const { version } = require('../package.json');
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V'))
    process.stdout.write(`${version}\n`);
  else start(version);
}

function start(version) {
  let program;
  try {
    // Since Node 20.19 require() loads such modules too, and sooner than import() does.
    program = require('../dist/main.js');
  } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND' || !String(error.message).includes('main.js')) throw error;
    process.stderr.write('dpm-prep is not built yet. Run: npm run build\n');
    process.exitCode = 1;
  }
  if (program) program.main(argv, version);
}
