import { describe, expect, it } from 'vitest';
import { parseHandover, serializeHandover, type Handover } from '../../src/dpm/handover.js';

const handover: Handover = {
  kind: 'dpm-prep handover',
  schemaVersion: 1,
  rehearsal: false,
  method: 'ntlm',
  writtenBy: 'protected-computer',
  dpmServerName: 'Server01',
  psName: 'Finance01',
  userName: 'mark',
  productionServerDnsSuffix: null,
  thumbprint: null,
  dpmServerCredential: null,
  protectedComputerCredential: { name: 'CertificateConfiguration_Finance01.bin', sha256: 'a'.repeat(64) },
};

describe('the handover file', () => {
  const text = serializeHandover(handover);

  it('reads back what was written', () => {
    expect(parseHandover(text)).toEqual({ ok: true, value: handover });
  });

  it('is refused with any one byte changed', () => {
    const bytes = Buffer.from(text);
    const accepted: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (const change of [0x01, 0x20, 0x80]) {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ change;
        if (parseHandover(other.toString('utf8')).ok) accepted.push(at);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('is refused with a byte missing or added, and says so', () => {
    for (const other of [text.slice(0, -1), `${text} `, text.slice(1), text.slice(0, 100), '']) {
      const parsed = parseHandover(other);
      expect(parsed).toEqual({
        ok: false,
        problem: expect.stringMatching(/changed|not whole|not a handover/) as string,
      });
    }
  });

  it('is refused when a newer version wrote it', () => {
    const newer = text.replace('"schemaVersion": 1', '"schemaVersion": 2');
    expect(parseHandover(newer)).toEqual({
      ok: false,
      problem: expect.stringContaining('newer dpm-prep') as string,
    });
  });

  it('is refused when it is another file', () => {
    expect(parseHandover('{"kind":"something else"}')).toEqual({
      ok: false,
      problem: expect.stringContaining('not a handover file') as string,
    });
  });
});
