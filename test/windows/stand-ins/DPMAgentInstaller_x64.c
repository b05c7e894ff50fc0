/*
 * Stand-in for DPMAgentInstaller_x64.exe: leaves what dpm-facts says an installed agent leaves. Its "payload" folder
 * holds the files that go into DPM\bin.
 *
 * .ini: work=MS how long it takes; exit=CODE; hang=1 never ends; plant=0 installs nothing and says it did;
 * page=437|850|1252|65001|1200 code page of what it prints.
 */
#include "stand-in.h"

#define INSTALL_PATH L"C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\"

static void say(const WCHAR *line) {
  int page = number("page", 437);
  char text[2000];
  if (page == 1200) {
    fwrite(line, sizeof(WCHAR), wcslen(line), stdout);
    fwrite(L"\r\n", sizeof(WCHAR), 2, stdout);
  } else {
    WideCharToMultiByte(page, 0, line, -1, text, sizeof text, NULL, NULL);
    printf("%s\r\n", text);
  }
  fflush(stdout);
}

static void plant(void) {
  const WCHAR *const folders[] = {L"C:\\Program Files\\Microsoft Data Protection Manager", INSTALL_PATH,
                                  INSTALL_PATH L"bin", INSTALL_PATH L"Temp", INSTALL_PATH L"ActiveOwner"};
  for (int at = 0; at < 5; at++) CreateDirectoryW(folders[at], NULL);
  WCHAR pattern[MAX_PATH * 4], from[MAX_PATH * 4], to[MAX_PATH * 4];
  swprintf(pattern, MAX_PATH * 4, L"%lspayload\\*", own_folder);
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search != INVALID_HANDLE_VALUE) {
    do {
      if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) continue;
      swprintf(from, MAX_PATH * 4, L"%lspayload\\%ls", own_folder, found.cFileName);
      swprintf(to, MAX_PATH * 4, INSTALL_PATH L"bin\\%ls", found.cFileName);
      CopyFileW(from, to, FALSE);
    } while (FindNextFileW(search, &found));
    FindClose(search);
  }
  const WCHAR *setup = L"SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup";
  set_text(setup, L"InstallPath", INSTALL_PATH);
  const WCHAR *product =
      L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{CC6B6758-3A68-4BBA-9D61-1F3278D6A7EA}";
  /* Two spaces: so it is. */
  set_text(product, L"DisplayName", L"Microsoft System Center  DPM Protection Agent");
  set_text(product, L"DisplayVersion", L"10.22.197.0");
  set_text(product, L"Publisher", L"Microsoft Corporation");
  plant_service(L"DPMRA", L"DPMRA", L"\"" INSTALL_PATH L"bin\\DPMRA.exe\"");
}

int wmain(int argc, WCHAR **argv) {
  find_self();
  _setmode(_fileno(stdout), _O_BINARY);
  WCHAR log[MAX_PATH], windows[MAX_PATH];
  GetWindowsDirectoryW(windows, MAX_PATH);
  swprintf(log, MAX_PATH, L"%ls\\temp", windows);
  CreateDirectoryW(log, NULL);
  wcscat(log, L"\\msdpm0000.log");
  if (!has(argc, argv, L"/q") || !has(argc, argv, L"/IAcceptEULA")) {
    write_file(log, "The licence was not accepted.\r\n");
    say(L"Run it with /q /IAcceptEULA.");
    return 2;
  }
  say(L"Agent installation started: Schl\u00fcssel \u00e9t\u00e9");
  write_file(log, "Agent installation started.\r\n");
  Sleep(number("work", 300));
  while (number("hang", 0)) Sleep(1000);
  if (number("plant", 1)) plant();
  worked();
  write_file(log, "Agent installation started.\r\nAgent installation completed.\r\n");
  say(L"Agent installation completed.");
  return number("exit", 0);
}
