import { runningTools as findRunning } from '../running.js';
import type { Answerer } from './answer.js';

export const runningTools: Answerer<'running-tools'> = ({ folder, computer }, { path }) => ({
  processes: [...findRunning(folder, computer.id, path)],
});
