import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as SecretExports from '../src/secret.js';

type SecretModule = typeof SecretExports;

/** Passwords are remembered for the life of the process: each test has a module of its own. */
let module: SecretModule;
beforeEach(async () => {
  vi.resetModules();
  module = await import('../src/secret.js');
});
afterEach(() => {
  vi.resetModules();
});

describe('foreign text', () => {
  it('loses a password wherever it stands, also as JSON escapes it', () => {
    const secret = new module.Secret('S3cret"quoted\\!');
    expect(module.redact(`xx${secret.reveal()}xx`)).toBe('xx[hidden]xx');
    expect(module.redact(JSON.stringify({ said: secret.reveal() }))).toBe('{"said":"[hidden]"}');
  });

  it.each(['pass', 'true', '2048', 'name'])('keeps other words that hold the password %s', (word) => {
    new module.Secret(word);
    expect(module.redact(`${word}ed x${word} ${word}`)).toBe(`${word}ed x${word} [hidden]`);
  });

  it('keeps a value that the user gave in clear, though the password equals it', () => {
    new module.Secret('Server01');
    module.rememberClear('Server01');
    expect(module.redact('Attach to Server01: password Server01')).toBe(
      'Attach to Server01: password Server01',
    );
  });

  it('keeps a clear value that holds the password, and hides the password elsewhere', () => {
    new module.Secret('Server-01');
    module.rememberClear('Server-01.contoso.com');
    expect(module.redact('Server-01.contoso.com said Server-01')).toBe('Server-01.contoso.com said [hidden]');
  });

  it('hides a password whole where a clear value is a part of it', () => {
    new module.Secret('Server01!2026');
    module.rememberClear('Server01');
    expect(module.redact('it is Server01!2026, on Server01')).toBe('it is [hidden], on Server01');
  });

  it('is judged string by string in a value: keys, numbers and booleans stay', () => {
    new module.Secret('status');
    new module.Secret('2048');
    expect(module.redactStrings({ status: 'status ok', bits: 2048, list: [true, 'x 2048'] })).toEqual({
      status: '[hidden] ok',
      bits: 2048,
      list: [true, 'x [hidden]'],
    });
  });
});

describe('a Secret', () => {
  it('shows a placeholder when printed, logged or serialised', () => {
    const secret = new module.Secret('S3cret!word');
    expect(`${secret.toString()} ${JSON.stringify({ secret })}`).not.toContain('S3cret');
  });
});
