import type { Hiding } from './hiding.js';
import {
  account,
  distinguishedName,
  ipv4,
  ipv6,
  isAccount,
  isCommonWord,
  isVersion,
  patterns,
  profile,
  share,
  wellKnown,
} from './patterns.js';

/*
 * Names of computers and users in a text that is going to be passed on: the same name is the same alias everywhere in
 * it. Aliases are numbered in the order in which names are told, never derived from them: a short name could be found
 * again from its hash.
 */

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

// Names that say nothing about anybody, and words that stand where a name could.
const meaningless =
  /^(?:localhost|workgroup|builtin|nt authority|system|administrators?|unknown|none|null|\.|-|\d{1,3})$/i;

/** What the values of Microsoft's parameters are, by parameter in lower case. The others name nobody. */
const parameterKinds: Readonly<Record<string, 'computer' | 'user' | 'domain' | 'path'>> = {
  dpmservername: 'computer',
  psname: 'computer',
  productionservername: 'computer',
  computername: 'computer',
  clustername: 'computer',
  username: 'user',
  productionserverdnssuffix: 'domain',
  domain: 'domain',
  outputfilepath: 'path',
  dpmcredential: 'path',
  pscredential: 'path',
};

/** Right of a backslash, an ending that makes it a file. */
const fileName = /\.(?:exe|dll|log|txt|ps1|bin|errlog|msi|cab|xml|json|inf|sys)$/i;

/** Stands for a piece that is finished, so that no later pattern reads it. Private use: foreign text loses it before. */
const mark = (index: number): string => `\uE000${String(index)}\uE001`;

type Keep = (piece: string) => string;

/** Hides names. Tell it all names first (`computer`, `user`, `domain`), then the texts. */
export class Aliases implements Hiding {
  readonly #aliases = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #seen = new Map<string, string>();
  /** Longest first, so that a name is not cut by one that is a part of it. */
  #known: readonly { readonly name: string; readonly alias: string }[] = [];

  computer(name: string): string {
    const text = name.trim();
    if (text === '' || meaningless.test(text)) return name;
    const [label = '', ...suffix] = text.split('.');
    if (suffix.length === 0 || /^[\d.]+$/.test(text)) return this.#name('computer', text);
    return `${this.#name('computer', label)}.${this.domain(suffix.join('.'))}`;
  }

  user(name: string): string {
    const [left = '', right] = name.split('\\');
    if (right !== undefined) return isAccount(left) ? `${this.#place(left)}\\${this.user(right)}` : name;
    const at = name.indexOf('@');
    if (at > 0) return `${this.user(name.slice(0, at))}@${this.domain(name.slice(at + 1))}`;
    return name === '' || meaningless.test(name) ? name : this.#name('user', name);
  }

  domain(name: string): string {
    return name === '' || meaningless.test(name) ? name : this.#name('domain', name);
  }

  path(path: string): string {
    return this.#finished((keep) => this.#replaceKnown(this.#placesIn(path, keep), keep));
  }

  commandLine(line: string): string {
    const [program = '', ...rest] = line.split(/(?=\s-[A-Za-z])/);
    const shown = rest.map((part) => {
      const match = /^(\s-)([A-Za-z]+)(\s+|:|=)("?)(.*?)("?)(\s*)$/.exec(part);
      if (!match) return this.text(part);
      const [, dash = '', name = '', gap = '', open = '', value = '', close = '', end = ''] = match;
      const kind = parameterKinds[name.toLowerCase()];
      return `${dash}${name}${gap}${open}${kind === undefined ? this.text(value) : this[kind](value)}${close}${end}`;
    });
    return `${this.path(program)}${shown.join('')}`;
  }

  text(text: string): string {
    return this.#finished((keep) => {
      let now = text.replace(/[\uE000\uE001]/g, '\uFFFD').replace(wellKnown, keep);
      now = this.#placesIn(now, keep);
      for (const { kind, pattern } of patterns)
        now = now.replace(pattern, (found) => keep(this.#numbered(kind, found)));
      const hasSubject = now.includes('CN=');
      now = now.replace(distinguishedName, (whole, key: string, value: string) =>
        hasSubject || key === 'DC' ? keep(`${key}=${this.#certificateName(key, value)}`) : whole,
      );
      now = now.replace(account, (whole, left: string, right: string) =>
        isAccount(left) && !fileName.test(right) ? keep(`${this.#place(left)}\\${this.user(right)}`) : whole,
      );
      now = now.replace(ipv4, (found, at: number, all: string) =>
        isVersion(found, all.slice(Math.max(0, at - 20), at), all.slice(at + found.length))
          ? keep(found)
          : keep(this.#numbered('address', found)),
      );
      now = now.replace(ipv6, (found) => keep(this.#numbered('address', found)));
      return this.#replaceKnown(now, keep);
    });
  }

  /** Profiles of users, and servers and shares of the network, in a path or a text. */
  #placesIn(text: string, keep: Keep): string {
    return text
      .replace(share, (_whole, server: string, folder: string | undefined) =>
        keep(`\\\\${this.computer(server)}${folder === undefined ? '' : `\\${this.#share(folder)}`}`),
      )
      .replace(profile, (found) => keep(this.#numbered('profile', found)));
  }

  /** The shares that every Windows has name nobody. */
  #share(folder: string): string {
    return /^(?:[A-Za-z]|ADMIN|IPC)\$$/i.test(folder) ? folder : this.#numbered('share', folder);
  }

  #certificateName(key: string, value: string): string {
    const bare = value.replace(/^"|"$/g, '');
    if (key === 'DC') return this.domain(bare);
    const known = this.#aliases.get(bare.split('.')[0]?.toLowerCase() ?? '');
    return known === undefined ? this.#numbered('subject', bare) : this.computer(bare);
  }

  /** The left part of an account: a computer that is known, else a domain. */
  #place(name: string): string {
    return this.#aliases.get(name.toLowerCase()) ?? this.domain(name);
  }

  #replaceKnown(text: string, keep: Keep): string {
    return this.#known.reduce((now, { name, alias }) => {
      // A common word is meant as a name only where it stands alone in quotes, or after an account's backslash.
      const pattern = isCommonWord(name)
        ? `(?<=["'\\\\])${escaped(name)}(?=["'])`
        : `(?<![\\p{L}\\p{N}\\uE000])${escaped(name)}(?![\\p{L}\\p{N}\\uE001])`;
      return now.replace(new RegExp(pattern, 'giu'), () => keep(alias));
    }, text);
  }

  /** Runs `work` with a way to finish pieces, then puts the finished pieces in their places. */
  #finished(work: (keep: Keep) => string): string {
    const kept: string[] = [];
    const done = work((piece) => mark(kept.push(piece) - 1));
    // A kept piece may hold the mark of an earlier one.
    const restored = (text: string): string =>
      text.replace(/\uE000(\d+)\uE001/gu, (_, index: string) => restored(kept[Number(index)] ?? ''));
    return restored(done);
  }

  #name(kind: string, name: string): string {
    const key = name.toLowerCase();
    const before = this.#aliases.get(key);
    if (before !== undefined) return before;
    const alias = this.#numbered(kind, name);
    this.#aliases.set(key, alias);
    this.#known = [...this.#known, { name, alias }].sort((a, b) => b.name.length - a.name.length);
    return alias;
  }

  #numbered(kind: string, value: string): string {
    const key = `${kind} ${value.toLowerCase()}`;
    const before = this.#seen.get(key);
    if (before !== undefined) return before;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const alias = `${kind}-${String(count)}`;
    this.#seen.set(key, alias);
    return alias;
  }
}
