import { describe, expect, it } from 'vitest';
import { systemDirectoryOf, windowsPowerShell } from '../../../src/machine/windows/system-directory.js';

describe('where Windows PowerShell is', () => {
  it('is beside the ntdll.dll that this process has loaded, whatever SystemRoot says', () => {
    const libraries = [
      'D:\\tools\\node.exe',
      'C:\\Windows\\SYSTEM32\\ntdll.dll',
      'C:\\Windows\\System32\\KERNEL32.DLL',
    ];
    expect(systemDirectoryOf(libraries)).toBe('C:\\Windows\\SYSTEM32');
    expect(windowsPowerShell(libraries)).toBe(
      'C:\\Windows\\SYSTEM32\\WindowsPowerShell\\v1.0\\powershell.exe',
    );
  });

  it('is that of 64-bit Windows, also for a 32-bit process', () => {
    const native = 'C:\\Windows\\Sysnative\\WindowsPowerShell\\v1.0\\powershell.exe';
    expect(windowsPowerShell(['C:\\Windows\\SysWOW64\\ntdll.dll'], (path) => path === native)).toBe(native);
  });

  it('takes no other library, and no share, for it', () => {
    expect(systemDirectoryOf(['C:\\x\\notntdll.dll', '\\\\evil\\share\\ntdll.dll', 'ntdll.dll'])).toBeNull();
    expect(() => windowsPowerShell([])).toThrow('The folder of Windows cannot be found');
  });
});
