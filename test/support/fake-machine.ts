import type { FileEntry, Machine } from '../../src/machine/machine.js';
import type { Answer, QuestionName } from '../../src/machine/questions.js';

export interface FakeMachine {
  readonly answers: { readonly [Q in QuestionName]?: Answer<Q> };
  /** Folder → what is in it. A name that ends in `@` is a link, in `.…` a file, any other a folder. */
  readonly folders?: Readonly<Record<string, readonly string[]>>;
}

const entry = (name: string, path: string): FileEntry => ({
  name: name.replace(/@$/, ''),
  path: path.replace(/@$/, ''),
  kind: name.endsWith('@') ? 'link' : /\.\w+$/.test(name) ? 'file' : 'folder',
  size: 0,
  modified: new Date(0),
});

const unexpected = (what: string): never => {
  throw new Error(`Not expected in this test: ${what}`);
};

/** A computer that answers what the test gives it, and does nothing. */
export const fakeMachine = ({ answers, folders = {} }: FakeMachine): Machine => ({
  rehearsal: false,
  label: 'this computer',
  stateFolder: null,
  privateFolder: 'C:\\ProgramData\\dpm-prep',
  settlesWithinMs: null,
  ask: async (question) => Promise.resolve(answers[question] ?? unexpected(question)),
  perform: async ({ kind }) => Promise.resolve(unexpected(kind)),
  resultOf: ({ kind }) => unexpected(kind),
  files: {
    stat: async (path) => {
      const found = Object.keys(folders).find((folder) => folder.replace(/@$/, '') === path);
      return Promise.resolve(found === undefined ? null : entry(found, found));
    },
    list: async (folder) =>
      Promise.resolve((folders[folder] ?? []).map((name) => entry(name, `${folder}\\${name}`))),
    read: async (path) => Promise.resolve(unexpected(path)),
    sha256: async (path) => Promise.resolve(unexpected(path)),
    join: (...parts) => parts.join('\\'),
    absolute: (path) => path,
  },
});
