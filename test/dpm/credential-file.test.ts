import { describe, expect, it } from 'vitest';
import { carriesName, computerOfCredentialFile, credentialFileName } from '../../src/dpm/credential-file.js';

describe('names of credential files', () => {
  it('expects the documented name', () => {
    expect(credentialFileName('DPM01.contoso.com')).toBe('CertificateConfiguration_DPM01.contoso.com.bin');
  });

  it('reads the computer out of a name', () => {
    expect(computerOfCredentialFile('certificateconfiguration_DPM01.contoso.com.BIN')).toBe(
      'DPM01.contoso.com',
    );
    for (const name of [
      'CertificateConfiguration_.bin',
      'x.bin',
      'CertificateConfiguration_DPM01.contoso.com.bin.txt',
      'CertificateConfiguration_DPM01 (2).bin',
      `CertificateConfiguration_${'a'.repeat(400)}.bin`,
    ])
      expect(computerOfCredentialFile(name)).toBeNull();
  });

  it.each([
    ['CertificateConfiguration_DPM01.contoso.com.bin', 'DPM01.contoso.com'],
    ['CertificateConfiguration_dpm01.contoso.com.bin', 'DPM01'],
    ['CertificateConfiguration_DPM01.bin', 'DPM01.contoso.com'],
    ['Copy of CertificateConfiguration_DPM01.contoso.com (2).bin', 'DPM01.contoso.com'],
    ['dpm01.bin', 'DPM01.contoso.com'],
    ['from_DPM01_monday.bin', 'DPM01'],
  ])('%s may be the file of %s', (file, name) => {
    expect(carriesName(file, name)).toBe(true);
  });

  it.each([
    ['CertificateConfiguration_Finance01.widgets.corp.com.bin', 'DPM01.contoso.com'],
    ['CertificateConfiguration_DPM01.widgets.corp.com.bin', 'DPM01.contoso.com'],
    ['CertificateConfiguration_DPM011.contoso.com.bin', 'DPM01'],
    ['CertificateConfiguration_XDPM01.contoso.com.bin', 'DPM01.contoso.com'],
    ['CertificateConfiguration_Finance01.dpm01.com.bin', 'DPM01'],
    ['Finance01.bin', 'DPM01'],
    ['Finance01.bin', ''],
  ])('%s is not the file of %s', (file, name) => {
    expect(carriesName(file, name)).toBe(false);
  });
});
