/*
 * What the stand-ins of Microsoft's programs share: their behaviour is chosen by a file beside them, NAME.ini of
 * "name=value" lines, since what the real ones do is not documented.
 */
#include <conio.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

/* Folder of this program with a trailing backslash, and the .ini beside it. */
static WCHAR own_folder[MAX_PATH * 4], ini_file[MAX_PATH * 4];

static void find_self(void) {
  GetModuleFileNameW(NULL, own_folder, MAX_PATH * 4);
  wcscpy(ini_file, own_folder);
  wcscpy(wcsrchr(ini_file, '.'), L".ini");
  wcsrchr(own_folder, '\\')[1] = 0;
}

/* UTF-8 value of the .ini, or the default. */
static inline char *setting(const char *name, const char *otherwise) {
  static char text[16][1000];
  static int slot;
  char *found = text[slot++ % 16];
  snprintf(found, 1000, "%s", otherwise);
  FILE *ini = _wfopen(ini_file, L"rb");
  if (ini == NULL) return found;
  char line[1000];
  size_t length = strlen(name);
  while (fgets(line, sizeof line, ini) != NULL) {
    line[strcspn(line, "\r\n")] = 0;
    if (strncmp(line, name, length) == 0 && line[length] == '=') strcpy(found, line + length + 1);
  }
  fclose(ini);
  return found;
}

static int number(const char *name, int otherwise) {
  char text[20];
  sprintf(text, "%d", otherwise);
  return atoi(setting(name, text));
}

static inline int is(const char *name, const char *value, const char *otherwise) {
  return strcmp(setting(name, otherwise), value) == 0;
}

/* Value of "-name value", or NULL; names without regard to case. */
static inline WCHAR *option(int argc, WCHAR **argv, const WCHAR *name) {
  for (int at = 1; at < argc - 1; at++)
    if (_wcsicmp(argv[at], name) == 0) return argv[at + 1];
  return NULL;
}

static int has(int argc, WCHAR **argv, const WCHAR *name) {
  for (int at = 1; at < argc; at++)
    if (_wcsicmp(argv[at], name) == 0) return 1;
  return 0;
}

static void set_text(const WCHAR *key, const WCHAR *name, const WCHAR *value) {
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_SZ, value, (wcslen(value) + 1) * sizeof(WCHAR));
}

static void set_number(const WCHAR *key, const WCHAR *name, DWORD value) {
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_DWORD, &value, sizeof value);
}

/* The registry keys of a service of its own process. */
static void plant_service(const WCHAR *name, const WCHAR *shown, const WCHAR *program) {
  WCHAR key[400];
  swprintf(key, 400, L"SYSTEM\\CurrentControlSet\\Services\\%ls", name);
  set_text(key, L"DisplayName", shown);
  set_text(key, L"ImagePath", program);
  set_text(key, L"ObjectName", L"LocalSystem");
  set_number(key, L"Type", 16);
  set_number(key, L"Start", 2);
  set_number(key, L"ErrorControl", 1);
}

/* A line in "PROGRAM.worked" beside this program: how often it did its work. */
static inline void worked(void) {
  WCHAR path[MAX_PATH * 4];
  wcscpy(path, ini_file);
  wcscpy(wcsrchr(path, '.'), L".worked");
  FILE *file = _wfopen(path, L"ab");
  if (file == NULL) return;
  fputs("worked\n", file);
  fclose(file);
}

/* One file written at once, UTF-8. */
static int write_file(const WCHAR *path, const char *text) {
  FILE *file = _wfopen(path, L"wb");
  if (file == NULL) return 0;
  fputs(text, file);
  fclose(file);
  return 1;
}
