import '../short-lived.js';
import { practiceTool } from './tool.js';

// What the hidden argument --practice-tool starts: a practice tool needs nothing of the command line of dpm-prep.
void practiceTool(process.argv.slice(3)).then((code) => {
  process.exitCode = code;
});
