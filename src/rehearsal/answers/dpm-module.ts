import { places } from '../practice-files.js';
import { serverVersionOf } from '../server-version.js';
import { faulty, type Answerer } from './answer.js';

export const dpmModule: Answerer<'dpm-module'> = (asked) =>
  asked.state.server === null || faulty(asked, 'module-missing')
    ? { available: false, path: null, version: null }
    : {
        available: true,
        path: `${places.serverInstallPath}Modules\\DataProtectionManager\\DataProtectionManager.psd1`,
        version: serverVersionOf(asked.world, asked.computer, asked.state.server.version),
      };
