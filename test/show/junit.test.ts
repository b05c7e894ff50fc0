import { expect, test } from 'vitest';
import type { Finding } from '../../src/checks/check.js';
import { junit } from '../../src/show/junit.js';

const finding = (more: Partial<Finding> = {}): Finding => ({
  id: 'no-cng',
  title: 'No CNG key',
  status: 'fail',
  found: 'first line\nsecond line',
  required: 'A CSP.',
  source: { where: 'the page', confidence: 'documented' },
  severity: 'error',
  prevents: [],
  ignored: false,
  fix: ['one', 'two'],
  ...more,
});

test('a new line in an attribute is escaped, because a reader of XML would turn it into a space', () => {
  const text = junit([{ name: 'fin.pfx', findings: [finding()] }], false);
  expect(text).toContain('message="first line&#10;second line"');
  expect(text).toContain(
    'first line&#10;second line&#10;Required: A CSP. (the page)&#10;one&#10;two</failure>',
  );
});

test('inputs that were not opened and differences count as errors and failures', () => {
  const text = junit([{ name: 'fin.pfx', findings: [finding({ status: 'pass' })] }], false, {
    unopened: [{ name: 'a&b.pfx', because: 'The password does not open a&b.pfx.' }],
    differences: ['fin.pfx: expected nothing; found <no-cng>.'],
  });
  expect(text).toContain('<testsuites name="dpm-prep" tests="3" failures="1" errors="1" skipped="0">');
  expect(text).toContain('<error type="password" message="The password does not open a&amp;b.pfx.">');
  expect(text).toContain(
    '<failure type="difference" message="fin.pfx: expected nothing; found &lt;no-cng&gt;.">',
  );
});
