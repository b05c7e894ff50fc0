import { describe, expect, it } from 'vitest';
import { parseThumbprint } from '../../src/dpm/thumbprint.js';

const clean = 'CF822D9BA1C801EF40D4B31DE0CFCB200A8A2496';

describe('thumbprints as people paste them', () => {
  it.each([
    ['as it is', clean],
    ['lower case', clean.toLowerCase()],
    ['spaces', 'cf 82 2d 9b a1 c8 01 ef 40 d4 b3 1d e0 cf cb 20 0a 8a 24 96'],
    ['colons', 'cf:82:2d:9b:a1:c8:01:ef:40:d4:b3:1d:e0:cf:cb:20:0a:8a:24:96'],
    ['the hidden U+200E of the certificate dialog, twice', `\u200e\u200e${clean}`],
    ['a byte-order mark and line ends', `\ufeff${clean}\r\n`],
  ])('takes %s', (_name, text) => {
    expect(parseThumbprint(text)).toEqual({ ok: true, value: clean });
  });

  it.each([
    ['too short', clean.slice(1), /39/],
    ['too long', `${clean}0`, /41/],
    ['a letter that is no digit', clean.replace('A', 'G'), /"G"/],
    ['the page’s unclosed <', `<${clean}`, /"<"/],
    ['nothing', '', /has 0/],
  ])('refuses %s', (_name, text, why) => {
    expect(parseThumbprint(text)).toEqual({ ok: false, problem: expect.stringMatching(why) as string });
  });
});
