/*
 * Stand-in for SetDpmServer.exe. How the real one reads its password is not documented, so it does each way there is.
 *
 * .ini: read=fgets|getch|readconsole|conin|never  where the password is read
 *       asks=N              how often (2: both must be the same)
 *       echo=off|on|stars   what is seen of it
 *       prompt=stdout|console|buffered   where the question goes; buffered: stays in the C library as long as it can
 *       before=MS           works before it asks, having printed text without a line end
 *       flush=MS            throws away what was typed, so long after it asked
 *       question=TEXT       asks this first, from the same place
 *       refuse=1            does not like the password
 *       work=MS             works at the end
 *       record=1            writes what it read, as UTF-8, to "passwords" beside it, one a line
 */
#include "stand-in.h"

#define SETUP L"SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\"
#define FIREWALL L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
static HANDLE console;

/* Wine has no local accounts: the test's powershell.exe reads them from this file. */
static void plant_account(const WCHAR *name) {
  WCHAR path[MAX_PATH * 4];
  char text[2000], utf8[1000];
  if (GetEnvironmentVariableW(L"TESTHOST_WORLD", path, MAX_PATH * 2) == 0) return;
  wcscat(path, L"\\users.json");
  WideCharToMultiByte(CP_UTF8, 0, name, -1, utf8, sizeof utf8, NULL, NULL);
  snprintf(text, sizeof text, "[{\"Name\":\"%s\",\"UserFlags\":512,\"PasswordAge\":1}]", utf8);
  write_file(path, text);
}

static void ask(const char *text) {
  if (is("prompt", "console", "stdout")) _cputs(text);
  else printf("%s", text);
  if (is("prompt", "stdout", "stdout")) fflush(stdout);
}

static void read_line(WCHAR *line, int size) {
  DWORD mode = 0, count = 0;
  char *how = setting("read", "getch");
  int hidden = !is("echo", "on", "off");
  if (strcmp(how, "never") == 0) {
    line[0] = 0;
    return;
  }
  if (strcmp(how, "getch") == 0) {
    int at = 0;
    for (;;) {
      wint_t c = hidden ? _getwch() : _getwche();
      if (c == '\r' || c == '\n') break;
      if (is("echo", "stars", "off")) printf("*"), fflush(stdout);
      if (at < size - 1) line[at++] = c;
    }
    line[at] = 0;
    return;
  }
  GetConsoleMode(console, &mode);
  if (hidden) SetConsoleMode(console, mode & ~ENABLE_ECHO_INPUT);
  if (strcmp(how, "fgets") == 0) {
    char bytes[1000] = "";
    if (fgets(bytes, sizeof bytes, stdin) == NULL) bytes[0] = 0;
    MultiByteToWideChar(GetConsoleCP(), 0, bytes, -1, line, size);
  } else {
    HANDLE from = strcmp(how, "conin") == 0 ? console : GetStdHandle(STD_INPUT_HANDLE);
    if (!ReadConsoleW(from, line, size - 1, &count, NULL)) count = 0;
    line[count] = 0;
  }
  line[wcscspn(line, L"\r\n")] = 0;
  if (hidden) SetConsoleMode(console, mode);
}

static void record(const WCHAR *line) {
  if (!number("record", 0)) return;
  WCHAR path[MAX_PATH * 4];
  char text[4000];
  swprintf(path, MAX_PATH * 4, L"%lspasswords", own_folder);
  WideCharToMultiByte(CP_UTF8, 0, line, -1, text, sizeof text, NULL, NULL);
  FILE *file = _wfopen(path, L"ab");
  fprintf(file, "%s\n", text);
  fclose(file);
}

/* 0, or the exit code of a refusal. */
static int passwords(void) {
  WCHAR first[1000] = L"", again[1000];
  int asks = number("asks", 2);
  for (int at = 0; at < asks; at++) {
    if (number("before", 0)) {
      printf("Checking the local security policy...");
      fflush(stdout);
      Sleep(number("before", 0));
      printf("\r\n");
    }
    ask(at == 0 ? "Enter the password: " : "Confirm the password: ");
    if (number("flush", -1) >= 0) {
      Sleep(number("flush", 0));
      FlushConsoleInputBuffer(console);
    }
    read_line(again, 1000);
    printf("\r\n");
    fflush(stdout);
    record(again);
    if (at > 0 && wcscmp(first, again) != 0) {
      printf("The passwords do not match. (SetDpmServerPasswordMismatch)\r\n");
      return 1;
    }
    wcscpy(first, again);
  }
  if (number("refuse", 0)) {
    char seen[1000];
    WideCharToMultiByte(GetConsoleOutputCP(), 0, first, -1, seen, sizeof seen, NULL, NULL);
    printf("The password %s does not meet the policy. (SetDpmServerPasswordInvalid)\r\n", seen);
    return 1;
  }
  return 0;
}

static int by_certificate(int argc, WCHAR **argv) {
  WCHAR *bin = option(argc, argv, L"-dpmCredential"), *folder = option(argc, argv, L"-OutputFilePath");
  WCHAR *thumbprint = option(argc, argv, L"-Thumbprint");
  if (folder == NULL || thumbprint == NULL || wcslen(thumbprint) != 40) {
    printf("Wrong parameters. (SetDpmServerInvalidOption)\r\n");
    return 1;
  }
  if (GetFileAttributesW(bin) == INVALID_FILE_ATTRIBUTES || GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES) {
    printf("The credential file or the output folder does not exist.\r\n");
    return 1;
  }
  WCHAR computer[200] = L"", path[MAX_PATH * 4];
  DWORD size = 200;
  GetComputerNameExW(ComputerNameDnsFullyQualified, computer, &size);
  swprintf(path, MAX_PATH * 4, L"%ls\\CertificateConfiguration_%ls.bin", folder, computer);
  char text[1000];
  sprintf(text, "protected computer %ls certificate %ls\n", computer, thumbprint);
  write_file(path, text);
  set_text(SETUP L"Certificate", L"Thumbprint", thumbprint);
  plant_service(L"DpmCPWrapperService", L"DPM CPWrapper Service",
                L"\"C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin\\DpmCPWrapperService.exe\"");
  return 0;
}

int wmain(int argc, WCHAR **argv) {
  find_self();
  _setmode(_fileno(stdout), _O_BINARY);
  if (is("prompt", "buffered", "stdout")) setvbuf(stdout, NULL, _IOFBF, 65536);
  console = CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                        OPEN_EXISTING, 0, NULL);
  int failed = 0;
  if (*setting("question", "")) {
    WCHAR answer[1000];
    ask(setting("question", ""));
    read_line(answer, 1000);
    record(answer);
  }
  if (option(argc, argv, L"-dpmCredential") != NULL) {
    failed = by_certificate(argc, argv);
  } else {
    WCHAR *server = option(argc, argv, L"-dpmServerName"), *user = option(argc, argv, L"-userName");
    if (server == NULL || !has(argc, argv, L"-isNonDomainServer") ||
        (user == NULL) == !has(argc, argv, L"-updatePassword")) {
      printf("Wrong parameters. (SetDpmServerInvalidOption)\r\n");
      return 1;
    }
    printf("Configuring dpm server settings and firewall settings for dpm server =[%ls]\r\n", server);
    if (!is("prompt", "buffered", "stdout")) fflush(stdout);
    failed = passwords();
    if (!failed && user != NULL) {
      plant_account(user);
      set_text(FIREWALL L"FirewallRules", L"DPM-RA",
               L"v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=C:\\Program Files\\Microsoft Data Protection "
               L"Manager\\DPM\\bin\\DPMRA.exe|Name=DPMRA|");
      set_number(FIREWALL L"StandardProfile", L"EnableFirewall", 1);
    }
  }
  Sleep(number("work", 100));
  if (failed) return failed;
  worked();
  printf("Configuration completed successfully!!!\r\n");
  return 0;
}
