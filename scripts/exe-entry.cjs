/* global DPM_PREP_VERSION */
// What dpm-prep.exe runs: bin/dpm-prep.js in one file. --version is answered before anything else is evaluated.
const version = DPM_PREP_VERSION;
const argv = process.argv.slice(2);
// The keeper of a running tool and a practice tool need nothing of the rest.
if (argv[0] === '--keep') require('../src/machine/keeper/main.js');
else if (argv[0] === '--practice-tool') require('../src/rehearsal/main.js');
else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V'))
  process.stdout.write(`${version}\n`);
else void require('../src/main.js').main(argv, version);
