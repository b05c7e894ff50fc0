import { win32 } from 'node:path';
import { existsSync } from 'node:fs';
import { toHost } from '../paths.js';
import { cmdletName, parametersOf } from '../tools/script-parameters.js';
import { faulty, type Answerer } from './answer.js';

export const commandParameters: Answerer<'command-parameters'> = (asked, { command }) => {
  const { folder, computer, world, state } = asked;
  const tool = win32.basename(command);
  const parameters = parametersOf(tool);
  const absent = { exists: false, problem: null, parameters: [] };
  if (parameters === null || state.server === null) return absent;
  if (tool.toLowerCase() === cmdletName.toLowerCase()) {
    if (faulty(asked, 'module-missing')) return absent;
  } else {
    const host = toHost(folder, computer.id, command);
    if (faulty(asked, 'scripts-missing') || host === null || !existsSync(host)) return absent;
  }
  return {
    exists: true,
    problem: null,
    parameters: parameters.map(({ name, mandatory, password }, position) => ({
      name,
      type: password === true ? world.behaviour.scriptPassword : 'System.String',
      aliases: [],
      mandatory,
      position,
    })),
  };
};
